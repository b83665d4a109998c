/** Fill these in for a project of your own; apps without a key take any token. */
export const config = {
  appId: '',
  token: '',
};

/** The alphabet of room and user ids. */
export const ID = /^[a-zA-Z0-9@._-]{1,128}$/;
