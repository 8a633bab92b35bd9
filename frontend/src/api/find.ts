import { useQuery } from '@tanstack/react-query'
import * as v from 'valibot'
import { read } from './desk'
import { hit } from './search'
import { flag, list, text } from './shape'

const personPage = v.object({
  person: v.object({
    person_id: text,
    kind: text,
    email: text,
    phone: text,
    language: text,
    id_type: text,
    id_last4: text,
    prospect: flag,
  }),
  name: text,
  accounts: list(
    v.object({ account_number: text, relationship: text, ended_on: text, service_address: text, here: flag }),
  ),
})

const premisePage = v.object({
  premise: v.object({ premise_id: text, kind: text, vacant: flag }),
  service_address: text,
  district: v.object({ id: text, name: text }),
  accounts: list(
    v.object({ account_number: text, name: text, status: text, opened_on: text, closed_on: text }),
  ),
})

/** A person who is on no account now. */
export const usePerson = (id: string) =>
  useQuery({
    queryKey: ['account', 'person', id],
    queryFn: ({ signal }) => read(personPage, `/api/persons/${encodeURIComponent(id)}`, signal),
  })

export const usePremise = (id: string) =>
  useQuery({
    queryKey: ['account', 'premise', id],
    queryFn: ({ signal }) => read(premisePage, `/api/premises/${encodeURIComponent(id)}`, signal),
  })

/** The accounts that were opened last on this computer, the newest first. */
export const useRecent = () =>
  useQuery({ queryKey: ['recent'], queryFn: ({ signal }) => read(v.array(hit), '/api/recent', signal) })
