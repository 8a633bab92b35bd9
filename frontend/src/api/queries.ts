import { keepPreviousData, QueryClient, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import * as v from 'valibot'
import { desk, type Action } from './desk'
import { failureFrom } from './failure'
import { onHostEvent } from './host'
import type { MasqueradesFor } from './masquerades'
import type { SearchFor } from './search'
import type { PaymentsFor } from './payments'
import type { UserArgs } from './webusers'
import type { ActivityFor, TasksFor } from './tasks'

/** Which cached reads each topic of the host's "changed" event makes stale. */
const topics: Record<string, readonly string[]> = {
  status: ['status'],
  search: ['search'],
  contacts: ['contacts', 'why', 'account', 'task', 'tasks', 'payments'],
  recent: ['recent'],
  accounts: [
    'contacts',
    'contactHistory',
    'callbacks',
    'reasons',
    'account',
    'usage',
    'explanation',
    'search',
    'activity',
    'task',
    'payments',
    'why',
    'districts',
    'policy',
  ],
  outbox: ['outbox', 'attention', 'account', 'status', 'activity', 'task', 'tasks', 'why'],
  tasks: ['tasks', 'task', 'account'],
  payments: ['payments', 'account'],
  masquerade: ['masquerade', 'why', 'policy'],
  presence: ['present'],
  pop: ['pop'],
}

/** The replica is local and the host says when it changed: nothing goes stale by age or waits for a network. */
export function newQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: { staleTime: Infinity, retry: false, networkMode: 'always', refetchOnWindowFocus: false },
      mutations: { networkMode: 'always' },
    },
  })
}

const changedEvent = v.object({ topics: v.array(v.string()) })

/** The one place where cached reads are invalidated. The result stops listening. */
export function followChanges(client: QueryClient): () => void {
  return onHostEvent('changed', (payload) => {
    const event = v.safeParse(changedEvent, payload)
    const named = event.success ? event.output.topics : ['session']
    if (named.includes('session')) {
      void client.invalidateQueries()
      return
    }
    const stale = new Set(named.flatMap((topic) => topics[topic] ?? []))
    void client.invalidateQueries({ predicate: ({ queryKey }) => stale.has(String(queryKey[0])) })
  })
}

export const useSession = () => useQuery({ queryKey: ['session'], queryFn: desk.session })
export const useStatus = () => useQuery({ queryKey: ['status'], queryFn: desk.status })
export const useDistricts = () => useQuery({ queryKey: ['districts'], queryFn: desk.districts })
/** The policy, with the utility's own texts in a language. */
export const usePolicy = (language: string) =>
  useQuery({
    queryKey: ['policy', language],
    queryFn: () => desk.policy(language),
    placeholderData: keepPreviousData,
  })

/** What administrators set. It stands in the copy on this computer, so it is there offline too. */
export const usePolicyBook = () =>
  useQuery({ queryKey: ['policy', 'book'], queryFn: () => desk.policyBook() })
/** What follows is asked of the portal each time it is opened. */
export const usePolicyHistory = () =>
  useQuery({ queryKey: ['policy', 'history'], queryFn: () => desk.policyHistory(), gcTime: 0 })
/** Reads the whole copy, so only when the page is opened or asked again. */
export const useDiagnosis = () =>
  useQuery({ queryKey: ['diagnosis'], queryFn: () => desk.diagnosis(), gcTime: 0 })
export const useDevices = () => useQuery({ queryKey: ['devices'], queryFn: () => desk.devices(), gcTime: 0 })
export const useDistrictBoard = () =>
  useQuery({ queryKey: ['policy', 'districts'], queryFn: () => desk.districtBoard(), gcTime: 0 })
export const useImports = () => useQuery({ queryKey: ['imports'], queryFn: () => desk.imports(), gcTime: 0 })
export const useImportReport = (run: string, after: number) =>
  useQuery({
    queryKey: ['imports', run, after],
    queryFn: () => desk.importReport(run, after),
    placeholderData: keepPreviousData,
    gcTime: 0,
  })
export const useExplain = (id: string) =>
  useQuery({ queryKey: ['policy', 'explain', id], queryFn: () => desk.explain(id) })

export const useOutbox = () => useQuery({ queryKey: ['outbox'], queryFn: desk.outbox })
export const useAttention = () => useQuery({ queryKey: ['attention'], queryFn: desk.attention })
export const usePresent = (account: string) =>
  useQuery({ queryKey: ['present', account], queryFn: () => desk.present(account), gcTime: 0 })
/** The scheduled and pending payments of a web user's accounts. */
export const useOpenPayments = (webUserId: string) =>
  useQuery({
    queryKey: ['account', 'open payments', webUserId],
    queryFn: ({ signal }) => desk.openPayments(webUserId, signal),
  })
export const useOverwrote = () =>
  useQuery({ queryKey: ['outbox', 'overwrote'], queryFn: ({ signal }) => desk.overwrote(signal) })
export const usePop = () => useQuery({ queryKey: ['pop'], queryFn: desk.pop, gcTime: 0 })

/** Says that a call was shown, or is not to be. The host forgets it; should it not hear, the call is over soon by itself. */
export function useForgetPop() {
  const client = useQueryClient()
  return (id: number) => {
    client.setQueryData(['pop'], null)
    desk.popSeen(id).catch(() => undefined)
  }
}
export const useMasquerade = () => useQuery({ queryKey: ['masquerade'], queryFn: desk.masquerade })

/** A search: what is found at once, and then, where that is not all, everything with its exact counts. */
export function useSearch(wanted: SearchFor) {
  const enabled = wanted.text !== ''
  const first = useQuery({
    queryKey: ['search', wanted, 'first'],
    queryFn: ({ signal }) => desk.searchFirst(wanted, signal),
    enabled,
    placeholderData: keepPreviousData,
  })
  const all = useQuery({
    queryKey: ['search', wanted, 'all'],
    queryFn: ({ signal }) => desk.search(wanted, signal),
    enabled: enabled && !first.isPlaceholderData && first.data?.counted === false,
  })
  if (all.data) return { data: all.data, error: all.error, isPlaceholderData: false }
  return { data: first.data, error: first.error ?? all.error, isPlaceholderData: first.isPlaceholderData }
}

export const useAccount = (number: string) =>
  useQuery({ queryKey: ['account', number], queryFn: ({ signal }) => desk.account(number, signal) })

/** An account's usage; asked anew when more of it was fetched. */
export const useUsage = (number: string, fetched: number) =>
  useQuery({
    queryKey: ['usage', number, fetched],
    queryFn: ({ signal }) => desk.usage(number, signal),
    placeholderData: keepPreviousData,
    gcTime: 0,
  })

export const useExplanation = (number: string, bill: string) =>
  useQuery({
    queryKey: ['explanation', number, bill],
    queryFn: ({ signal }) => desk.explainBill(number, bill, signal),
    gcTime: 0,
  })

export const useActivity = (number: string, chosen: ActivityFor) =>
  useQuery({
    queryKey: ['activity', number, chosen],
    queryFn: ({ signal }) => desk.activity(number, chosen, signal),
    placeholderData: keepPreviousData,
  })

/** What another service says of a web user: asked each time it is looked at, and never kept. */
export const useProfile = (args: UserArgs) =>
  useQuery({ queryKey: ['profile', args], queryFn: () => desk.profile(args), gcTime: 0 })

export const useTask = (id: string) =>
  useQuery({ queryKey: ['task', id], queryFn: ({ signal }) => desk.task(id, signal) })

export const useReceipt = (id: string) =>
  useQuery({ queryKey: ['task', 'masquerade', id], queryFn: ({ signal }) => desk.receipt(id, signal) })

export const useMasquerades = (filter: MasqueradesFor) =>
  useQuery({
    queryKey: ['tasks', 'masquerades', filter],
    queryFn: ({ signal }) => desk.masquerades(filter, signal),
    placeholderData: keepPreviousData,
  })

export const usePayments = (filter: PaymentsFor) =>
  useQuery({
    queryKey: ['payments', filter],
    queryFn: ({ signal }) => desk.payments(filter, signal),
    placeholderData: keepPreviousData,
  })

export const useTasks = (filter: TasksFor) =>
  useQuery({
    queryKey: ['tasks', filter],
    queryFn: ({ signal }) => desk.tasks(filter, signal),
    placeholderData: keepPreviousData,
  })

/** Asks the host whether an action would be allowed now, and if not, why: again when the connection comes or goes. */
export function useWhy(kind: Action, args: object) {
  const online = useStatus().data?.online
  return useQuery({ queryKey: ['why', kind, args, online], queryFn: () => desk.why(kind, args) })
}

/** A note's draft as it was last saved on this computer; read once, then the form owns it. */
export const useDraft = (account: string) =>
  useQuery({
    queryKey: ['draft', account],
    queryFn: () => desk.draft(account),
    gcTime: 0,
    staleTime: 'static',
  })

/** Runs something that changes state; its failure comes back with its code. */
export function useDo<Args, Result>(run: (args: Args) => Promise<Result>, done?: (result: Result) => void) {
  const mutation = useMutation({ mutationFn: run, onSuccess: done })
  return {
    run: mutation.mutate,
    busy: mutation.isPending,
    failure: mutation.error ? failureFrom(mutation.error) : undefined,
    forget: mutation.reset,
  }
}
