/**
 * China's provinces, cities and districts with their codes, for `picker mode="region"`. A bundle of
 * its own: it is large, and few pages ask for it.
 */
export { areaList } from "@vant/area-data";
