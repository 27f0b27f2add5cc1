/** The head of a WAV file. Sizes of 4 GB and more turn it into RF64 (EBU Tech 3306), for which it has room from the start. */

/** @typedef {import('./sound-format.mjs').SoundFormat} SoundFormat */

const pcm = 1;
const extensible = 0xfffe;
/** KSDATAFORMAT_SUBTYPE_PCM, behind the two bytes that say PCM. */
const pcmGuid = Buffer.from('000000001000800000aa00389b71', 'hex');
const ds64Bytes = 28;
/** A size that the 32 bits of RIFF cannot hold: it stands in `ds64`. */
const elsewhere = 0xffff_ffff;

/**
 * The head of a file with so many bytes of samples; its length is the same for every size.
 *
 * @param {SoundFormat} format
 * @param {number} dataBytes whole frames
 */
export function wavHeader(format, dataBytes) {
  const fmt = fmtChunk(format);
  const head = Buffer.alloc(12 + 8 + ds64Bytes);
  const length = head.length + fmt.length + 8;
  const riffBytes = length - 8 + dataBytes + (dataBytes % 2);
  const isLarge = riffBytes >= elsewhere;
  head.write(isLarge ? 'RF64' : 'RIFF', 0, 'latin1');
  head.writeUInt32LE(isLarge ? elsewhere : riffBytes, 4);
  head.write(isLarge ? 'WAVEds64' : 'WAVEJUNK', 8, 'latin1');
  head.writeUInt32LE(ds64Bytes, 16);
  if (isLarge) {
    head.writeBigUInt64LE(BigInt(riffBytes), 20);
    head.writeBigUInt64LE(BigInt(dataBytes), 28);
    head.writeBigUInt64LE(BigInt(dataBytes / format.frameBytes), 36);
  }
  const data = Buffer.alloc(8);
  data.write('data', 0, 'latin1');
  data.writeUInt32LE(isLarge ? elsewhere : dataBytes, 4);
  return Buffer.concat([head, fmt, data], length);
}

/** More than 16 bits or two channels need the longer form. @param {SoundFormat} format */
function fmtChunk({ rate, channels, bits, frameBytes }) {
  const isPlain = bits <= 16 && channels <= 2;
  const chunk = Buffer.alloc(isPlain ? 24 : 48);
  chunk.write('fmt ', 0, 'latin1');
  chunk.writeUInt32LE(chunk.length - 8, 4);
  chunk.writeUInt16LE(isPlain ? pcm : extensible, 8);
  chunk.writeUInt16LE(channels, 10);
  chunk.writeUInt32LE(rate, 12);
  chunk.writeUInt32LE(rate * frameBytes, 16);
  chunk.writeUInt16LE(frameBytes, 20);
  chunk.writeUInt16LE(bits, 22);
  if (isPlain) return chunk;
  chunk.writeUInt16LE(22, 24); // bytes that follow
  chunk.writeUInt16LE(bits, 26);
  chunk.writeUInt32LE(0, 28); // no loudspeaker is meant by a channel of a microphone
  chunk.writeUInt16LE(pcm, 32);
  pcmGuid.copy(chunk, 34);
  return chunk;
}
