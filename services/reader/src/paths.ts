import { type RequestHandler, type Router } from 'express';

/**
 * The only spelling a path has here: from the root, segments of plain characters, one slash between them.
 * Nothing is decoded, shortened or joined, so a rule of a gateway that names a path means the same path.
 * An absolute form (`GET http://…`), which only a proxy is sent, is no such path either.
 */
const PLAIN_PATH = /^\/(?:[\w.-]+(?:\/[\w.-]+)*)?$/;
const DOTS_ONLY = /\/\.{1,2}(?:\/|$)/;

/** Whether the target of a request line spells its path plainly; its query is not checked. */
function isPlainTarget(target: string): boolean {
  const query = target.indexOf('?');
  const path = query === -1 ? target : target.slice(0, query);
  return PLAIN_PATH.test(path) && !DOTS_ONLY.test(path);
}

/** Asks `routes` for plain paths alone; any other goes on as if they did not know it. */
export const plainPathsOnly =
  (routes: Router): RequestHandler =>
  (request, response, next) => {
    if (isPlainTarget(request.url)) routes(request, response, next);
    else next();
  };
