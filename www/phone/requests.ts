/** What the desk is told of requests, whoever makes them: `tt`, a component, or the browser for an element. */
import type { RequestRecord } from "../shared/bridge";
import type { Phone } from "./phone";

let requests = 0;

/** A request that begins. */
export function requestRecord(kind: RequestRecord["kind"], method: string, url: string): RequestRecord {
  requests += 1;
  return {
    id: requests,
    kind,
    method,
    url,
    requestHeaders: {},
    requestBody: "",
    status: null,
    responseHeaders: {},
    responseBody: "",
    duration: null,
    mocked: false,
    error: "",
  };
}

/** Tells of images, fonts, audio and video from elsewhere that elements show. The browser hides the status of most. */
export function followMedia(phone: Phone): void {
  new PerformanceObserver((list) => {
    for (const entry of list.getEntriesByType("resource") as PerformanceResourceTiming[]) {
      const { name, initiatorType, responseStatus, duration } = entry;
      if (!/^(img|css|video|audio|image)$/.test(initiatorType) || !/^https?:/.test(name)) continue;
      if (new URL(name).host === location.host) continue;
      const record = requestRecord("media", "GET", name);
      phone.report({ kind: "request", request: { ...record, status: responseStatus || null, duration } });
    }
  }).observe({ type: "resource" });
}
