import { hostname } from 'node:os';
import { type RequestHandler } from 'express';

const LOCAL_NAMES = ['localhost', '127.0.0.1', '[::1]'];

/** Whether only this machine can reach a server that listens there. */
export const isLoopback = (host: string): boolean =>
  LOCAL_NAMES.includes(host.toLowerCase()) || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host);

/**
 * Refuses requests under a name that another site may have pointed here (DNS rebinding), which would make its page
 * one of ours: 421. A server of this machine has the names of this machine; one for others is reached by address, by
 * the name it was given, or by the machine's own name.
 */
export function ownNameOnly(host: string): RequestHandler {
  const given = host.toLowerCase();
  const isOwn = isLoopback(given)
    ? (name: string) => LOCAL_NAMES.includes(name) || name === given
    : (name: string) => isAddress(name) || name === given || machineNames().includes(name);
  return (request, response, next) => {
    if (isOwn(nameIn(request.headers.host))) next();
    else response.status(421).json({ detail: 'Misdirected Request' });
  };
}

/** Lets the page that this server gave out ask, and programs, which say no Origin: 403 for other sites' pages. */
export const ownPageOnly: RequestHandler = (request, response, next) => {
  const { origin, host = '' } = request.headers;
  const site = request.headers['sec-fetch-site'];
  const isOwn = origin === undefined || origin === `http://${host}` || origin === `https://${host}`;
  if (isOwn && (site === undefined || site === 'same-origin' || site === 'none')) next();
  else response.status(403).json({ detail: 'Forbidden: a page of another site asked' });
};

/** Whether the client runs on this machine: what it gets opens every dashboard. */
export const isThisMachine = ({ remoteAddress, localAddress }: Ends): boolean =>
  remoteAddress !== undefined &&
  (remoteAddress === localAddress || isLoopback(remoteAddress.replace(/^::ffff:/, '')));

type Ends = Readonly<Partial<Record<'remoteAddress' | 'localAddress', string | undefined>>>;

const machineNames = (): readonly string[] => {
  const name = hostname().toLowerCase();
  return [name, `${name}.local`];
};

/** `name[:port]` or `[address][:port]` in small letters; empty when it is neither. */
function nameIn(host: string | undefined): string {
  const end = host?.startsWith('[') === true ? host.indexOf(']') + 1 : (host ?? '').indexOf(':');
  return (end === -1 ? (host ?? '') : (host ?? '').slice(0, end)).toLowerCase();
}

const isAddress = (name: string): boolean =>
  LOCAL_NAMES.includes(name) ||
  /^\d{1,3}(\.\d{1,3}){3}$/.test(name) ||
  /^\[[\da-f:.]{2,45}\]$/.test(name);
