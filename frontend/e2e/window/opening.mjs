// How the states of a page come about that are looked at in screens.mjs: by keys, by the palette, by its buttons.
/** Keys, as somebody presses them. */
export const press = (keys) => (page) => page.keyboard.press(keys)

/** A dialog is open once it has the focus: before that, keys would go to the page behind it. */
export const dialog = async (page) => {
  await page.getByRole('dialog').waitFor()
  await page.waitForFunction(() => document.activeElement?.closest('[role="dialog"]') != null)
}

/** A dialog by its keys. */
export const opening = (keys) => async (page) => {
  await press(keys)(page)
  await dialog(page)
}

/** Does an action by its words, as the palette offers it; the first of several. */
export const doing = (key) => async (page, word) => {
  await press('Control+k')(page)
  const box = page.getByRole('combobox', { name: word('frame.paletteBox') })
  await box.fill(word(key))
  await box.press('Enter')
  await box.waitFor({ state: 'detached' })
}

/** A dialog by its action. */
export const asking = (key) => async (page, word) => {
  await doing(key)(page, word)
  await dialog(page)
}

/** Presses buttons one after another, each the first of its name. */
export const pressing = (...keys) => async (page, word) => {
  for (const key of keys) await page.getByRole('button', { name: word(key) }).first().click()
}

/** A dialog by the buttons that lead to it. */
export const pressed = (...keys) => async (page, word) => {
  await pressing(...keys)(page, word)
  await dialog(page)
}

/** What is drafted of the policy, as it is asked about before it is saved. */
export const reviewing = (draft) => async (page, word) => {
  await draft(page, word)
  await pressed('admin.review')(page, word)
}
