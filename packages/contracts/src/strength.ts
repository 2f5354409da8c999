/** Words that people put into secrets; each counts as one easy guess. */
const WORDS =
  'admin access api app auth billing change company customer dashboard default demo dev development example hello jwt key local login master password portal private prod production qwerty sample secret sign signing staging super test token welcome'.split(
    ' ',
  );
/** Rows of a keyboard, and what everybody counts by. */
const ROWS = ['qwertyuiop', 'asdfghjkl', 'zxcvbnm', '1234567890', 'abcdefghijklmnopqrstuvwxyz'];

/** Only so many characters are judged: in a longer text they are strong already, or it repeats. */
const LENGTH_MAX = 256;
/** Bits for the choice among words, or of a run's beginning and direction. */
const GUESS_BITS = 6;
/** Of a letter within a word of any language: it follows from those before it. */
const LETTER_BITS = 2;

/**
 * How many bits a guesser has to try at least, estimated from below: what repeats, counts on, follows a keyboard or
 * looks like words is counted as little as it is worth, every other character as a random one of its alphabet.
 */
export function estimateBits(secret: string): number {
  const text = secret.slice(0, LENGTH_MAX);
  const bits = bitsOf(text);
  const lower = text.toLowerCase();
  let total = 0;
  for (let at = 0; at < text.length;) {
    const part = guessable(text, lower, at);
    total += part?.bits ?? bits(text[at] ?? '');
    at += part?.length ?? 1;
  }
  return Math.floor(total);
}

interface Part {
  readonly length: number;
  readonly bits: number;
}

/** The longest easy part that begins here; null: none does. */
function guessable(text: string, lower: string, at: number): Part | null {
  const word = WORDS.find((each) => lower.startsWith(each, at));
  const letters = /^[A-Z]?[a-z]{3,}|^[A-Z]{4,}/.exec(text.slice(at))?.[0].length ?? 0;
  const parts: readonly Part[] = [
    { length: repeatedFrom(lower, at), bits: GUESS_BITS + Math.log2(at + 1) },
    { length: runFrom(lower, at), bits: GUESS_BITS + 2 },
    { length: word?.length ?? 0, bits: GUESS_BITS },
    { length: letters, bits: GUESS_BITS + LETTER_BITS * (letters - 1) },
    { length: /^(?:19|20)\d\d/.test(text.slice(at, at + 4)) ? 4 : 0, bits: GUESS_BITS },
  ];
  return parts
    .filter(({ length }) => length >= 3)
    .reduce<Part | null>((best, part) => (part.length > (best?.length ?? 0) ? part : best), null);
}

/** How far the text goes on as it did at an earlier place. */
function repeatedFrom(text: string, at: number): number {
  let length = 0;
  while (
    at + length < text.length &&
    text.slice(0, at + length).includes(text.slice(at, at + length + 1))
  ) {
    length += 1;
  }
  return length;
}

/** How far it repeats one character, counts up or down, or follows a row of the keyboard, here or backwards. */
function runFrom(text: string, at: number): number {
  const lengthWhile = (follows: (a: string, b: string) => boolean): number => {
    let length = 1;
    while (
      at + length < text.length &&
      follows(text[at + length - 1] ?? '', text[at + length] ?? '')
    ) {
      length += 1;
    }
    return length;
  };
  const steps = [-1, 0, 1].map((step) =>
    lengthWhile((a, b) => b.charCodeAt(0) - a.charCodeAt(0) === step),
  );
  const rows = ROWS.flatMap((row) => [row, Array.from(row).reverse().join('')]).map((row) =>
    lengthWhile((a, b) => row.includes(a + b)),
  );
  return Math.max(...steps, ...rows);
}

/** What one character of this text is worth when nothing tells it. */
function bitsOf(text: string): (character: string) => number {
  const size = ALPHABETS.find(([pattern]) => pattern.test(text))?.[1] ?? 64;
  return (character) => {
    if (character > '~') return 7;
    return ' -_.'.includes(character) ? LETTER_BITS : Math.log2(size);
  };
}
const ALPHABETS: readonly (readonly [RegExp, number])[] = [
  [/^\d*$/, 10],
  [/^(?:[\da-f]*|[\dA-F]*)$/, 16],
  [/^(?:[\da-z]*|[\dA-Z]*)$/, 36],
];
