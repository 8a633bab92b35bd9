import type { Host } from '../api/host'

/** What the window asks of the host for no customer, and so names none. */
export const aboutNobody: readonly (keyof Host)[] = [
  ...(['Session', 'SignIn', 'SignOut', 'Status', 'Districts', 'Policy', 'Recover'] as const),
  ...(['Outbox', 'Attention', 'ExportOutbox', 'Masquerade', 'EndMasquerade', 'Pop', 'PopSeen'] as const),
  ...([
    'DryRun',
    'ChangePolicy',
    'TryDepth',
    'TryLetter',
    'Explain',
    'ChangeStaff',
    'ChangeReason',
    'ChangeDevice',
  ] as const),
  ...(['Lock', 'Keep', 'Unlock', 'Used'] as const),
  ...(['Devices', 'SupportBundle', 'FindIdentifier'] as const),
]

/** What only reads or keeps something on this computer, under the account that is named in the call. */
export const changesNothing: readonly (keyof Host)[] = [
  ...([
    'Why',
    'Draft',
    'SaveDraft',
    'ExportTable',
    'SaveBill',
    'SaveGreenButton',
    'SetPresence',
    'Present',
    'FrontContact',
    'Profile',
  ] as const),
]

/** What no action of the palette does, and why none is needed. */
export const withoutAction: Partial<Record<keyof Host, string>> = {
  UpdateContact: 'what is chosen in the two lists of the contact is kept at once',
  RecordAccess: 'the window says by itself whose account was opened',
  FetchAccount: 'a customer that was found opens by Enter on the row',
}

/** Files that call the host, and for no customer; nothing of the administration is about one. */
export const filesAboutNobody: readonly string[] = [
  ...[
    'ui/CsvButton.tsx',
    'ui/SaveButton.tsx',
    'frame/StatusStrip.tsx',
    'frame/SignOut.tsx',
    'attention/ExportButton.tsx',
  ],
  ...[
    'usage/Intervals.tsx',
    'account/OlderLog.tsx',
    'account/OlderBilling.tsx',
    'signin/SignIn.tsx',
    'lock/LockScreen.tsx',
  ],
  ...['diagnostics/DiagnosticsPage.tsx', 'masquerade/MasqueradeStrip.tsx', 'api/queries.ts'],
]
