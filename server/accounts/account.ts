/** A signed-in person, what a role may do, and the sign-in by link. */
export const ROLES = ['admin', 'committee', 'gender-focal-point', 'viewer'] as const;
type Role = (typeof ROLES)[number];

export type Account = {
  _id: string;
  /** In small letters. */
  email: string;
  role: Role;
  /** The State that a Committee member represents, whose submission it does not review; null for others. */
  state: string | null;
  language: string;
  createdAt: Date;
  disabledAt: Date | null;
};

/** What can be allowed. One table decides all: nothing else looks at a role. */
export type Permission =
  | 'results.read'
  | 'answers.read'
  /** See which State gave an answer that counts in totals only. */
  | 'answers.identify'
  /** See which State gave an answer that is for the Committee only. */
  | 'answers.committee'
  | 'responses.review'
  | 'results.export'
  /** Take a cut-off of a round. */
  | 'results.cut-off'
  | 'rounds.manage'
  | 'mail.manage'
  | 'audit.read';

const PERMISSIONS: Record<Role, readonly Permission[]> = {
  admin: [
    'results.read',
    'answers.read',
    'answers.identify',
    'answers.committee',
    'responses.review',
    'results.export',
    'results.cut-off',
    'rounds.manage',
    'mail.manage',
    'audit.read',
  ],
  committee: [
    'results.read',
    'answers.read',
    'answers.committee',
    'responses.review',
    'results.export',
    'results.cut-off',
  ],
  'gender-focal-point': [
    'results.read',
    'answers.read',
    'answers.committee',
    'responses.review',
    'results.export',
  ],
  viewer: ['results.read', 'answers.read'],
};

export const may = (account: Pick<Account, 'role'>, permission: Permission): boolean =>
  PERMISSIONS[account.role].includes(permission);

/** What results show to an account; see `progress/disclosure.ts`. */
export const readerOf = (account: Pick<Account, 'role'>) => ({
  identifies: may(account, 'answers.identify'),
  committee: may(account, 'answers.committee'),
});

/** A wish to sign in. `email`: bound to the browser that asked. `bootstrap`: printed on the terminal. */
export type SignIn = {
  _id: string;
  account: string;
  kind: 'email' | 'bootstrap';
  /** Null until the worker has minted the link. */
  tokenHash: string | null;
  /** Hash of the cookie of the browser that asked; null for bootstrap. */
  browserHash: string | null;
  /** The page that was asked for: a path of ours, "/" for none. */
  to: string;
  expiresAt: Date;
  usedAt: Date | null;
};

export const SIGN_IN_MINUTES = 10;
/** A newcomer reads the terminal before clicking. */
export const BOOTSTRAP_MINUTES = 60;
