import { type Asked } from './ask.ts';
import { type Case } from './requests.ts';

/** The case as it goes over the wire. */
export function wireOf({
  method,
  path,
  parts,
  authorization,
  ifNoneMatch,
  requestId,
}: Case): Asked {
  const query = parts.map((part) =>
    part.name === 'noise' ? part.raw : `${part.name}=${encodeURIComponent(part.value)}`,
  );
  return {
    method,
    target: query.length === 0 ? path : `${path}?${query.join('&')}`,
    headers: {
      ...(authorization === null ? {} : { authorization: authorization.value }),
      ...(ifNoneMatch === null ? {} : { 'if-none-match': ifNoneMatch }),
      ...(requestId === null ? {} : { 'x-request-id': requestId }),
    },
  };
}
