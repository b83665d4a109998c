/** `tt.uploadFile` and `tt.downloadFile`. */
import { subscription, type Api } from "../api";
import { Failure } from "../../failure";
import { readFile } from "./paths";
import { address, header, send, sendable, type ResponseHeaders } from "../../proxy";
import { TIMEOUT } from "./request";

/** In bytes: what the platform lets an app download at once. */
const LIMIT = 50 * 1024 * 1024;
const MEMBERS = "onProgressUpdate offProgressUpdate abort";

export function transfer(api: Api): void {
  const { phone } = api;
  const timeout = (kind: string, given?: number) =>
    Math.min(given ?? phone.manifest.app.networkTimeout?.[kind] ?? TIMEOUT, TIMEOUT);
  const idle = () => ({ abort: () => {}, onProgressUpdate: () => {}, offProgressUpdate: () => {} });

  api.object("UploadTask", MEMBERS);
  api.task(
    "uploadFile",
    {
      url: "string",
      filePath: "string",
      name: "string",
      header: "object?",
      formData: "object?",
      timeout: "number?",
    },
    "data statusCode",
    (options: {
      url: string;
      filePath: string;
      name: string;
      header?: Record<string, unknown>;
      formData?: Record<string, unknown>;
      timeout?: number;
    }) => {
      const form = new FormData();
      for (const [key, value] of Object.entries(options.formData ?? {})) {
        form.append(key, typeof value === "object" && value !== null ? JSON.stringify(value) : String(value));
      }
      const name = options.filePath.slice(options.filePath.lastIndexOf("/") + 1);
      form.append(options.name, new Blob([readFile(phone, options.filePath)]), name);
      // The browser's own encoding of the form, and the header that names its boundary.
      const encoded = new Response(form);
      const type = encoded.headers.get("content-type") ?? "multipart/form-data";
      const progress = subscription();
      const url = address(phone, "uploadFile", options.url);
      let stop = (): void => {};
      let aborted = false;
      const upload = async () => {
        const body = await encoded.blob();
        if (aborted) throw new Failure("abort", undefined, "I");
        const headers = { ...sendable(options.header), "content-type": type };
        const exchange = send(
          phone,
          {
            kind: "upload",
            method: "POST",
            url,
            headers,
            timeout: timeout("uploadFile", options.timeout),
            body,
          },
          {
            sent: (done, total) =>
              progress.listeners.emit({
                progress: percent(done, total),
                totalBytesSent: done,
                totalBytesExpectedToSend: total,
              }),
          },
        );
        stop = exchange.abort;
        const answer = await exchange.answer;
        return { data: new TextDecoder().decode(answer.body), statusCode: answer.status };
      };
      const abort = (): void => {
        aborted = true;
        stop();
      };
      return {
        task: { abort, onProgressUpdate: progress.on, offProgressUpdate: progress.off },
        result: upload(),
      };
    },
    idle,
  );

  api.object("DownloadTask", MEMBERS);
  api.task(
    "downloadFile",
    { url: "string", header: "object?", timeout: "number?", filePath: "string?" },
    "tempFilePath statusCode filePath",
    (options: { url: string; header?: Record<string, unknown>; timeout?: number; filePath?: string }) => {
      const progress = subscription();
      const url = address(phone, "downloadFile", options.url);
      const exchange = send(
        phone,
        {
          kind: "download",
          method: "GET",
          url,
          headers: sendable(options.header),
          timeout: timeout("downloadFile", options.timeout),
          body: null,
        },
        {
          received: (done, total) => {
            if (done > LIMIT) exchange.stop(tooLarge());
            progress.listeners.emit({
              progress: percent(done, total),
              totalBytesWritten: done,
              totalBytesExpectedToWrite: total,
            });
          },
        },
      );
      const result = exchange.answer.then(async ({ body, status, headers }) => {
        if (body.byteLength > LIMIT) throw tooLarge();
        const bytes = new Uint8Array(body);
        if (options.filePath !== undefined) {
          phone.store.files.write(options.filePath, bytes);
          return { filePath: options.filePath, statusCode: status };
        }
        return {
          tempFilePath: await phone.store.files.addTemporary(bytes, extension(url, headers)),
          statusCode: status,
        };
      });
      return {
        task: { abort: exchange.abort, onProgressUpdate: progress.on, offProgressUpdate: progress.off },
        result,
      };
    },
    idle,
  );
}

const tooLarge = () => new Failure(`the file has more than ${LIMIT} bytes`);

/** Of a whole that may not be known before its end. */
function percent(done: number, total: number): number {
  return total > 0 ? Math.min(100, Math.round((done / total) * 100)) : 0;
}

/** As the address says, else as the server does. */
function extension(url: string, headers: ResponseHeaders): string {
  const named = /\.([a-z0-9]{1,5})$/i.exec(new URL(url).pathname)?.[1];
  const type = /\/([a-z0-9]+)/i.exec(header(headers, "content-type") ?? "")?.[1];
  return (named ?? type ?? "").toLowerCase().replace("jpeg", "jpg");
}
