/** Expected endings of a request that are no success: thrown by a route, made a page by the one handler in `errors.ts`. */
export type RefusalKind =
  | 'not-found'
  | 'forbidden'
  | 'bad-method'
  | 'too-large'
  | 'too-many'
  | 'bad-form'
  | 'unavailable';

const STATUS: Record<RefusalKind, number> = {
  'not-found': 404,
  forbidden: 403,
  'bad-method': 405,
  'too-large': 413,
  'too-many': 429,
  'bad-form': 403,
  unavailable: 503,
};

export class Refusal extends Error {
  readonly kind: RefusalKind;
  readonly status: number;
  constructor(kind: RefusalKind) {
    super(kind);
    this.kind = kind;
    this.status = STATUS[kind];
  }
}

/** Nobody is signed in: the handler leads to the sign-in page and back to `to`, a path of ours. */
export class SignInNeeded extends Error {
  readonly to: string;
  constructor(to: string) {
    super('sign-in needed');
    this.to = to;
  }
}

/** A path of this site, or "/" for anything that could lead elsewhere. */
export const localPath = (path: unknown): string =>
  typeof path === 'string' && /^\/(?![/\\])[^\s\\]*$/.test(path) ? path : '/';
