import { MantineProvider } from '@mantine/core'
import { QueryClientProvider } from '@tanstack/react-query'
import { lazy, Suspense, useEffect, useState } from 'react'
import { Router } from 'wouter'
import { followChanges, newQueryClient, useSession } from './api/queries'
import { hashHref, useHashPath, useHashSearch } from './frame/place'
import { theme } from './frame/theme'
import { SignIn } from './signin/SignIn'
import { NoticeProvider } from './ui/Notice'
import { Trouble } from './ui/Trouble'

const loadFrame = () => import('./frame/Frame')
const Frame = lazy(loadFrame)

function Window() {
  const { data: session, error } = useSession()
  const signingIn = session?.signed_in === false
  // The sign-in page does not wait for the desk, which is read while somebody types.
  useEffect(() => {
    if (signingIn) void loadFrame()
  }, [signingIn])
  if (error) return <Trouble error={error} />
  if (!session) return null
  if (signingIn) return <SignIn session={session} />
  return (
    <Suspense>
      <Frame session={session} />
    </Suspense>
  )
}

/** The whole window: what every part of it needs, and either the sign-in page or the desk. */
export function App() {
  const [client] = useState(newQueryClient)
  useEffect(() => followChanges(client), [client])
  return (
    <QueryClientProvider client={client}>
      <MantineProvider theme={theme} defaultColorScheme="auto">
        <NoticeProvider>
          <Router hook={useHashPath} searchHook={useHashSearch} hrefs={hashHref}>
            <Window />
          </Router>
        </NoticeProvider>
      </MantineProvider>
    </QueryClientProvider>
  )
}
