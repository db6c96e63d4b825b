/** What a key may be allowed to do, in the order in which the exchange tells it at a login (bitfinex-v2.md 2.9, 8.3). */
export const SCOPES = ['bfxpay', 'orders', 'account', 'funding', 'history', 'wallets', 'settings', 'withdraw', 'positions', 'ui_withdraw'] as const;
export type Scope = (typeof SCOPES)[number];
export type Access = 'read' | 'write';

/** The permissions of a key as the exchange writes them: 0 and 1. */
export type Caps = Readonly<Record<Scope, { readonly read: 0 | 1; readonly write: 0 | 1 }>>;

/** The permissions with these scopes; nothing else is allowed. */
export function capsOf({ read = [], write = [] }: { readonly read?: readonly Scope[]; readonly write?: readonly Scope[] }): Caps {
  return Object.fromEntries(SCOPES.map((scope) => [scope, { read: bit(read, scope), write: bit(write, scope) }])) as Caps;
}

const bit = (scopes: readonly Scope[], scope: Scope): 0 | 1 => (scopes.includes(scope) ? 1 : 0);

export const mayDo = (caps: Caps, scope: Scope, access: Access): boolean => caps[scope][access] === 1;
