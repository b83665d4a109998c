/** The address of a wasm of the package, where a bundler gives files as addresses. */
declare const url: string;
export default url;
