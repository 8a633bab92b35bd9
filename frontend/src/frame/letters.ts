import { useSyncExternalStore } from 'react'

const remembered = 'letters'
const followers = new Set<() => void>()

function follow(follower: () => void): () => void {
  followers.add(follower)
  return () => followers.delete(follower)
}

/** Turns single letters as keys on or off, on this computer. Off at first: whoever dictates would set them off. */
export function chooseLetters(on: boolean): void {
  localStorage.setItem(remembered, on ? 'on' : 'off')
  followers.forEach((follower) => follower())
}

export const useLetters = () => useSyncExternalStore(follow, () => localStorage.getItem(remembered) === 'on')
