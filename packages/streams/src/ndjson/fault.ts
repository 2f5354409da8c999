const WORDS: Readonly<Record<string, string>> = {
  ENOENT: 'does not exist',
  ENOTDIR: 'does not exist: a part of its path is no folder',
  EACCES: 'may not be read: permission is missing',
  EPERM: 'may not be read: permission is missing',
  ELOOP: 'is a link that leads to itself',
  ENAMETOOLONG: 'has a name that is too long',
  EISDIR: 'is a folder',
  EMFILE: 'cannot be opened: too many files are open',
  ENFILE: 'cannot be opened: too many files are open',
  EIO: 'cannot be read: the disk reports an error',
};

/** What hinders a file from being read, in our own words: a person never gets to see the system's. */
export function faultOf(error: unknown): string {
  const code = (error as { readonly code?: unknown } | null)?.code;
  if (typeof code !== 'string') return 'cannot be read';
  return WORDS[code] ?? `cannot be read (${code})`;
}
