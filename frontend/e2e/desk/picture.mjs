// What is on the screen, as points of colour: for the masquerade window, which no driver reaches and whose pages are to be
// seen as a person sees them.

/** A picture as scrot writes it (binary PPM). */
export class Picture {
  constructor(file) {
    // Four words and one white space before the points; comments stand between the words.
    const words = []
    let at = 0
    while (words.length < 4) {
      const end = file.subarray(at).findIndex((byte) => byte === 0x0a || byte === 0x20) + at
      const word = file.toString('latin1', at, end)
      at = end + 1
      if (word.startsWith('#')) at = file.indexOf(0x0a, file[end] === 0x0a ? end : at) + 1
      else words.push(word)
    }
    const [kind, width, height] = words
    if (kind !== 'P6') throw new Error(`a picture of kind ${kind}`)
    this.width = Number(width)
    this.height = Number(height)
    this.points = file.subarray(at)
  }

  /** Whether the point has the colour #rrggbb. */
  has(x, y, colour) {
    return this.points.readUIntBE(3 * (y * this.width + x), 3) === Number.parseInt(colour.slice(1), 16)
  }

  /** The points of the uppermost rows, to be compared. */
  top(rows) {
    return this.points.subarray(0, 3 * this.width * rows)
  }

  /** The unbroken level lines of a colour, `least` points wide or wider, from the top and from the left: [{ x, y, width }]. */
  lines(colour, least, { top = 0, bottom = this.height } = {}) {
    const found = []
    for (let y = top; y < bottom; y++) {
      let x = 0
      while (x < this.width) {
        const start = x
        while (x < this.width && this.has(x, y, colour)) x++
        if (x - start >= least) found.push({ x: start, y, width: x - start })
        x++
      }
    }
    return found
  }
}
