/** Units of account that ISO 4217 lists and people bill in, but that Intl does not know. */
const ALSO_IN_ISO_4217 = ['BOV', 'CHE', 'CHW', 'CLF', 'COU', 'MXV', 'USN', 'UYI', 'UYW', 'VED'];

const CODES: ReadonlySet<string> = new Set([
  ...Intl.supportedValuesOf('currency'),
  ...ALSO_IN_ISO_4217,
]);

/** Upper case only: `eur` is a mistake of the producer, not a spelling. */
export const isKnownCurrency = (code: string): boolean => CODES.has(code);
