import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';

const PATIENCE_MS = 15_000;

/** Words for people go to stderr, so that stdout stays free for what a program may read. */
export function say(text) {
  process.stderr.write(`${text}\n`);
}

/** A failure whose message is complete: it says what is wrong and what to do, no stack is needed. */
export class Remedy extends Error {}

/** Runs a script's main function; failures become one message and exit code 1. */
export async function main(work) {
  try {
    await work();
  } catch (error) {
    say(explain(error));
    process.exitCode = 1;
  }
}

/** What to tell about a failure: the words of a remedy, else a stack. */
export function explain(error) {
  if (error instanceof Remedy) return error.message;
  const why = DISK[error?.code];
  if (why !== undefined && error.path !== undefined) return `${error.path}: ${why}`;
  return error?.stack ?? String(error);
}

const DISK = {
  EACCES: 'this user may not write there; use a clone of your own.',
  EPERM: 'this user may not write there; use a clone of your own.',
  EROFS: 'it is on a read-only file system; use a clone where you can write.',
  ENOSPC: 'the disk is full.',
};

/** Says every 15 seconds that work which may take minutes is still going on. */
export async function patiently(what, work) {
  const began = Date.now();
  const tick = () => say(`… ${what} goes on, ${Math.round((Date.now() - began) / 1000)} s`);
  const timer = setInterval(tick, PATIENCE_MS);
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}

/** Asks at the terminal; Enter means yes. Ctrl-C, Ctrl-D and anything else mean no. */
export function askYes(question) {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  return new Promise((resolve) => {
    let answered = false;
    const answer = (yes) => {
      if (!answered) resolve(yes);
      answered = true;
      lines.close();
    };
    const none = () => {
      // What is typed to say no ends no line.
      if (!answered) say('');
      answer(false);
    };
    lines.on('SIGINT', none).on('close', none);
    lines.question(`${question} [Y/n] `, (text) => answer(/^\s*(y|yes)?\s*$/i.test(text)));
  });
}

/** The options of a command line; what it does not know is told in one line. */
export function readCommandLine(options) {
  try {
    return parseArgs({ options }).values;
  } catch (error) {
    if (!String(error.code).startsWith('ERR_PARSE_ARGS')) throw error;
    throw new Remedy(`${error.message.split('. ')[0]}. See --help.`);
  }
}
