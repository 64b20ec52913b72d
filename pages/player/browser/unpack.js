// Reads a message made by packing.py: a JSON header and raw arrays.

const TYPES = { float32: Float32Array, uint16: Uint16Array, int32: Int32Array };

export function unpack(message) {
  // A copy starts at byte 0 of its buffer, so that the arrays are aligned.
  const bytes = message.slice();
  const length = new DataView(bytes.buffer).getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + length)));
  const arrays = {};
  for (const [name, { type, shape, offset }] of Object.entries(header.arrays)) {
    const count = shape.reduce((product, size) => product * size, 1);
    arrays[name] = new TYPES[type](bytes.buffer, 4 + length + offset, count);
  }
  return { header, arrays };
}
