/** Text as bytes and back, in the encodings that files can be read and written in. */
import { badParameter } from "../../failure";
import { fromBase64, toBase64 } from "./app";

type Encoding = "utf8" | "latin1" | "ascii" | "utf16le" | "base64" | "hex";
const NAMES: Record<string, Encoding> = {
  utf8: "utf8",
  "utf-8": "utf8",
  latin1: "latin1",
  binary: "latin1",
  ascii: "ascii",
  ucs2: "utf16le",
  "ucs-2": "utf16le",
  utf16le: "utf16le",
  "utf-16le": "utf16le",
  base64: "base64",
  hex: "hex",
};

/** Text is UTF-8 where nothing is said; bytes are taken as they are. */
export function encode(data: unknown, encoding = "utf8"): Uint8Array {
  if (data instanceof ArrayBuffer) return new Uint8Array(data);
  if (ArrayBuffer.isView(data)) return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  const text = String(data);
  switch (named(encoding)) {
    case "utf8":
      return new TextEncoder().encode(text);
    case "base64":
      return fromBase64(text);
    case "hex":
      if (!/^([0-9a-f]{2})*$/i.test(text)) throw badParameter("the text is not hex");
      return Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
    case "utf16le":
      return new Uint8Array(
        Uint16Array.from({ length: text.length }, (_, index) => text.charCodeAt(index)).buffer,
      );
    default:
      return Uint8Array.from({ length: text.length }, (_, index) => text.charCodeAt(index) & 0xff);
  }
}

/** Bytes themselves where no encoding is said. */
export function decode(bytes: Uint8Array<ArrayBuffer>, encoding?: string): string | ArrayBuffer {
  if (encoding === undefined || encoding === null) return bytes.buffer;
  switch (named(encoding)) {
    case "utf8":
      return new TextDecoder().decode(bytes);
    case "base64":
      return toBase64(bytes);
    case "hex":
      return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    case "utf16le":
      return new TextDecoder("utf-16le").decode(bytes);
    case "ascii":
      return [...bytes].map((byte) => String.fromCharCode(byte & 0x7f)).join("");
    default:
      return [...bytes].map((byte) => String.fromCharCode(byte)).join("");
  }
}

function named(encoding: string): Encoding {
  const name = NAMES[String(encoding).toLowerCase()];
  if (!name) throw badParameter(`invalid encoding "${encoding}"`);
  return name;
}
