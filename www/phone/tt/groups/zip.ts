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
    const [method, packed, nameLength] = [
      view.getUint16(at + 10, true),
      view.getUint32(at + 20, true),
      view.getUint16(at + 28, true),
    ];
    const name = new TextDecoder().decode(archive.subarray(at + 46, at + 46 + nameLength));
    if (name.split("/").includes("..") || name.startsWith("/"))
      throw new Error(`the archive has a file outside of it: ${name}`);
    const local = view.getUint32(at + 42, true);
    if (local + 30 > view.byteLength) throw damaged();
    const start = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
    const data = await inflate(archive.subarray(start, start + packed), method);
    total += data.length;
    if (total > LIMIT) throw new Error(`the archive holds more than ${LIMIT} bytes`);
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

async function inflate(packed: Uint8Array<ArrayBuffer>, method: number): Promise<Uint8Array> {
  if (method === 0) return packed;
  if (method !== 8) throw new Error(`the archive is compressed in a way (${method}) that is not known`);
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  const pieces: BlobPart[] = [];
  let length = 0;
  for await (const piece of stream as unknown as AsyncIterable<Uint8Array<ArrayBuffer>>) {
    length += piece.length;
    if (length > LIMIT) throw new Error(`the archive holds more than ${LIMIT} bytes`);
    pieces.push(piece);
  }
  return new Uint8Array(await new Blob(pieces).arrayBuffer());
}

const damaged = () => new Error("the file is not a ZIP archive, or damaged");
