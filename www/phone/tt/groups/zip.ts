/** Reads ZIP archives, stored or deflated; the browser inflates. (APPNOTE.TXT of PKWARE, sections 4.3 and 4.4.) */

/** Of all files of an archive, inflated, in bytes: a bound of ours against archives made to burst. */
const LIMIT = 200 * 1024 * 1024;

/** The files of an archive; a folder's name ends in a slash. */
export async function unzip(archive: Uint8Array<ArrayBuffer>): Promise<{ name: string; data: Uint8Array }[]> {
  const view = new DataView(archive.buffer, archive.byteOffset, archive.byteLength);
  const end = findEnd(view);
  const files = [];
  let at = view.getUint32(end + 16, true);
  let total = 0;
  for (let count = view.getUint16(end + 10, true); count > 0; count -= 1) {
    if (at + 46 > view.byteLength || view.getUint32(at, true) !== 0x02014b50) throw damaged();
    const method = view.getUint16(at + 10, true);
    const checksum = view.getUint32(at + 16, true);
    const packed = view.getUint32(at + 20, true);
    const size = view.getUint32(at + 24, true);
    const nameLength = view.getUint16(at + 28, true);
    const name = new TextDecoder().decode(archive.subarray(at + 46, at + 46 + nameLength));
    if (name.split("/").includes("..") || name.startsWith("/"))
      throw new Error(`the archive has a file outside of it: ${name}`);
    const local = view.getUint32(at + 42, true);
    if (local + 30 > view.byteLength) throw damaged();
    const start = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
    total += size;
    if (total > LIMIT) throw new Error(`the archive holds more than ${LIMIT} bytes`);
    const data = await inflate(archive.subarray(start, start + packed), method, size);
    if (data.length !== size || crc32(data) !== checksum) throw damaged();
    files.push({ name, data });
    at += 46 + nameLength + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  }
  return files;
}

/** Where the last record begins; behind it there may only be a comment. */
function findEnd(view: DataView): number {
  for (let at = view.byteLength - 22; at >= Math.max(0, view.byteLength - 22 - 0xffff); at -= 1) {
    if (view.getUint32(at, true) === 0x06054b50) return at;
  }
  throw damaged();
}

/** A file, or the beginning of one that has more than `size` bytes. */
async function inflate(packed: Uint8Array<ArrayBuffer>, method: number, size: number): Promise<Uint8Array> {
  if (method === 0) return packed;
  if (method !== 8) throw new Error(`the archive is compressed in a way (${method}) that is not known`);
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  const pieces: BlobPart[] = [];
  let length = 0;
  try {
    for await (const piece of stream as unknown as AsyncIterable<Uint8Array<ArrayBuffer>>) {
      length += piece.length;
      pieces.push(piece);
      if (length > size) break;
    }
  } catch {
    throw damaged();
  }
  return new Uint8Array(await new Blob(pieces).arrayBuffer());
}

/** The remainders of all bytes, for {@link crc32}. */
const REMAINDERS = Uint32Array.from({ length: 256 }, (_, byte) => {
  let rest = byte;
  for (let bit = 0; bit < 8; bit += 1) rest = rest & 1 ? (rest >>> 1) ^ 0xedb88320 : rest >>> 1;
  return rest;
});

/** The checksum of ZIP: CRC-32. */
function crc32(data: Uint8Array): number {
  let rest = 0xffffffff;
  for (const byte of data) rest = (REMAINDERS[(rest ^ byte) & 0xff] ?? 0) ^ (rest >>> 8);
  return ~rest >>> 0;
}

const damaged = () => new Error("the file is not a ZIP archive, or damaged");
