import { messageOf } from '@portal/async';

/** Why the start failed, and what to do about it (null when there is nothing to advise). */
export function explainStart(error: unknown, port: number): [string, string | null] {
  const { code, path, syscall } = (error ?? {}) as Readonly<Partial<NodeJS.ErrnoException>>;
  if (code === 'EADDRINUSE') {
    return [`port ${port} is in use`, 'choose another one: npm start -- --port 0 picks a free one'];
  }
  if (code === 'EACCES' && syscall === 'listen') {
    return [`port ${port} may not be used`, 'choose one above 1023'];
  }
  if (path !== undefined && code !== undefined) {
    const advice = 'where posted events are kept: choose a folder of yours with --data FOLDER';
    return [`${path} cannot be written or read (${code})`, advice];
  }
  return [messageOf(error), null];
}
