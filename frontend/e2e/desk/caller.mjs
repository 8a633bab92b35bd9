// A CSR with a caller on the line, who has no hand for the mouse: keys go to the real window and are counted.
import { waitFor } from './wd.mjs'

/** The keyboard of a stage. */
export class Keyboard {
  #stage
  /** How many keys were pressed; `written` of them wrote words: answers, notes, reasons. */
  pressed = 0
  written = 0

  constructor(stage) {
    this.#stage = stage
  }

  /** Presses keys, by xdotool's names; one with others held down counts as one. */
  async press(...keys) {
    this.pressed += keys.length
    await this.#stage.keys(...keys)
  }

  /** Writes words, each letter a key. */
  async write(words) {
    this.pressed += [...words].length
    this.written += [...words].length
    await this.#stage.type(words)
  }

  /** Starts to count anew. */
  reset() {
    this.pressed = 0
    this.written = 0
  }
}

/** What a CSR does in every call. */
export class Csr {
  /** The desk's window and its keyboard. */
  desk
  keys

  constructor(desk, keys) {
    this.desk = desk
    this.keys = keys
  }

  /** Opens the contact and compares what the caller answers, as far as level two. */
  async verify(answers) {
    await this.keys.press('F4')
    for (const [at, answer] of answers.entries()) {
      await this.desk.focused('textbox', 'What the caller says', 30_000)
      await this.#choosable()
      await this.keys.write(answer)
      await this.keys.press('Return')
      await this.desk.reads(`The caller is verified to level ${at + 1} of 3`, 30_000)
    }
    await this.keys.press('Escape')
    await this.desk.gone('dialog', 'Verify the caller')
    await this.desk.reads(`Verified: level ${answers.length} of 3`)
  }

  /** The portal says what can be asked; until then there is nothing to choose from. */
  #choosable() {
    const look = async () => {
      const [select] = await this.desk.all('combobox', 'Ask for')
      return select && this.desk.run((one) => one.options.length > 0, select)
    }
    return waitFor(look, 'there is nothing to ask for', 30_000)
  }

  /** Opens the contact and takes the caller for verified by judgement, as answers cannot be compared offline. */
  async judge(how) {
    await this.keys.press('F4')
    await this.desk.focused('textbox', 'How you know who is calling')
    await this.keys.write(how)
    await this.desk.find('button', 'Take as verified')
    await this.keys.press('Return')
    await this.desk.gone('dialog', 'Verify the caller')
    await this.desk.reads("Verified by a CSR's judgement: level 1 of 3")
  }

  /** Does an action by a few letters of its words. */
  async palette(letters, action) {
    await this.keys.press('ctrl+k')
    await this.desk.focused('combobox', 'Type what you want to do')
    await this.keys.press(...letters)
    const chosen = async () => {
      const [option] = await this.desk.all('option', action)
      return option && this.desk.run((one) => one.ariaSelected === 'true' && one.ariaDisabled !== 'true', option)
    }
    await waitFor(chosen, `the palette does not offer ${action}`)
    await this.keys.press('Return')
  }

  /** Goes by Tab to a thing that was found. */
  async reach(thing) {
    const there = () => this.desk.run((one) => one === document.activeElement, thing)
    for (let tabs = 0; !(await there()); tabs++) {
      if (tabs > 100) throw new Error('Tab does not lead there')
      await this.keys.press('Tab')
    }
  }

  /** Answers the dialog of that name, which by now waits for a yes. */
  async agree(title, key = 'Return') {
    await this.keys.press(key)
    await this.desk.gone('dialog', title)
  }

  /** Writes the note, as it is kept on the disk. */
  async note(words) {
    await this.keys.press('F7')
    await this.desk.focused('textbox', 'Note')
    await this.keys.write(words)
    await this.desk.reads('Saved on this computer')
  }

  /** Ends the contact; `code` is the first letters of how it ended, where it was not resolved. */
  async wrapUp(name, code = []) {
    await this.keys.press('F8')
    await this.desk.focused('combobox', 'How it ended')
    if (code.length > 0) await this.keys.press(...code)
    await this.keys.press('Return')
    await this.desk.gone('dialog', 'Wrap up this contact')
    await this.desk.reads(`The contact with ${name} was wrapped up`)
    await this.desk.gone('navigation', 'Open contacts')
  }
}
