// Reads a message made by packing.py: a JSON header and raw arrays, some of them deflated.

const TYPES = { float32: Float32Array, uint16: Uint16Array, int32: Int32Array };
const WHOLE = { 2: Uint16Array, 4: Uint32Array };

export async function unpack(message) {
  // A copy starts at byte 0 of its buffer, so that the arrays are aligned.
  const bytes = message.slice();
  const length = new DataView(bytes.buffer).getUint32(0, true), begin = 4 + length;
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(4, begin)));
  const { squeezed } = header, arrays = {};
  const inflated = squeezed && await inflate(bytes.subarray(begin + squeezed.offset, begin + squeezed.offset + squeezed.bytes));
  for (const [name, { type, shape, offset, within, deltas }] of Object.entries(header.arrays)) {
    const count = shape.reduce((product, size) => product * size, 1);
    arrays[name] = within === undefined
      ? new TYPES[type](bytes.buffer, begin + offset, count)
      : restored(inflated, within, TYPES[type], shape, deltas);
  }
  return { header, arrays };
}

async function inflate(bytes) {
  const stream = new DecompressionStream("deflate"), writer = stream.writable.getWriter();
  // What fails here fails the reading below as well.
  writer.write(bytes).catch(() => {});
  writer.close().catch(() => {});
  return new Uint8Array(await new Response(stream.readable).arrayBuffer());
}

// The numbers whose lowest bytes come first, then the next; `deltas` are taken along each row.
function restored(bytes, from, Type, [rows, width], deltas) {
  const count = rows * width, size = Type.BYTES_PER_ELEMENT, whole = new WHOLE[size](count);
  for (let weight = 0; weight < size; weight++) {
    const first = from + weight * count;
    for (let i = 0; i < count; i++) whole[i] |= bytes[first + i] << (8 * weight);
  }
  if (deltas) for (let i = 0; i < count; i++) if (i % width) whole[i] += whole[i - 1];
  return new Type(whole.buffer);
}
