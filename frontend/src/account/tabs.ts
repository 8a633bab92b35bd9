/** The tabs of an account's console, in their order: the first eight have the keys Ctrl+1..8. */
export const tabs = [
  'overview',
  'customer',
  'billing',
  'usage',
  'webusers',
  'tasks',
  'activity',
  'notifications',
] as const

export type Tab = (typeof tabs)[number]
