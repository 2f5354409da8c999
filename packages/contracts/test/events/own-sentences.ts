/**
 * Every sentence that a refusal may be. What a person reads is one of them, whatever went wrong: the words of
 * a parser, of zlib or of Intl say nothing to a producer and change with every version.
 */
const QUOTED = String.raw`"(?:[^"\\]|\\.)*"`;
const NUMBER = String.raw`-?\d+`;
const TYPE = String.raw`(?:a list \(array\)|(?:an? )?(?:plain )?(?:null|boolean|int|long|float|double|bytes|string|fixed|enum|map|record|union)(?: as (?:[\w.-]+|something unknown|decimal without a precision))?(?: of .+)?|not in the schema)`;
const WANTED = String.raw`(?:an instant \(long as [\w-]+, [\w-]+ or [\w-]+\)|a day \(int as date\)|a whole number \(.+\)|true or false \(boolean\)|a decimal \(.+\)|a text \(.+\)|a UUID \(.+\)|a list \(array\)|a map|a record)`;
export const OWN_SENTENCES = [
  'is required',
  'must not be empty',
  'must be a (?:text|UUID|list|whole number)',
  'must be an object',
  'must be true or false',
  'must be Unicode text: it holds bytes or halves of characters that are none',
  `must be one of [\\w, ]+, not ${QUOTED}`,
  `must lie between ${NUMBER} and ${NUMBER}`,
  `must be ${NUMBER} (?:or more|to ${NUMBER})`,
  'must have at most \\d+ (?:characters|entries|ranges)',
  'must have at most six fraction digits of a second',
  `must be an RFC 3339 instant from \\d+ to \\d+, such as ${QUOTED}`,
  `is a (?:date alone|time without a zone), which names no instant: write a time and its zone, such as ${QUOTED}`,
  `must be a date such as ${QUOTED}`,
  `must be a date alone such as ${QUOTED}, without a time`,
  `must be a decimal string such as ${QUOTED}`,
  `must be an ISO 4217 currency code, not ${QUOTED}`,
  `must be an IANA time zone such as ${QUOTED}, not ${QUOTED}`,
  `must be a BCP 47 language tag such as ${QUOTED}, not ${QUOTED}`,
  'must be a whole number of microseconds',
  'is required for usage of kind unique',
  'lies more than one day ahead of the time it was sent',
  'stands twice in the map',
  'is nested too deeply, or holds a number beyond every range',
  `${QUOTED} is no topic of [\\w.]+`,
  `${QUOTED} tells no topic: correct it or add "topic"`,
  'is nested too deeply',
  `has the key ${QUOTED} twice, with different values`,
  'is not JSON: it ends too early',
  `is not JSON: character \\d+, ${QUOTED}, does not belong there`,
  'the bytes are no value of the schema they name',
  '\\d+ bytes; the wire header alone takes 5',
  '\\d+ bytes; at most \\d+ are read',
  'the first byte is \\d+ instead of 0',
  `is ${TYPE}, should be ${WANTED}(?:; so are: [\\w.,\\[\\] ]+(?: and \\d+ more)?)?`,
  'the schema is not JSON',
  'the schema (?:has more than \\d+ characters|is nested deeper than \\d+ levels)',
  `the schema (?:names the type ${QUOTED} without defining it|defines the type ${QUOTED} twice)`,
  'the schema has a (?:fixed type without a size|type or a field without a name)',
  'the schema has a (?:type|field) that is neither a name nor an object',
  'the schema has (?:symbols|aliases) that are no list of texts',
  `the record ${QUOTED} has (?:no list of fields|the field ${QUOTED} twice)`,
  'the types of the schema are nested too deeply',
].map((form) => new RegExp(`^${form}$`, 'su'));
