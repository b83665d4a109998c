/**
 * The look of wheels, for a `picker-view` in its page and for the sheet of a `picker`, which is out of
 * reach of the page's style sheets.
 */
export const WHEEL_STYLE = `
.tt-wheel { position: absolute; inset: 0; overflow: hidden auto; display: flex; flex-direction: column; scroll-snap-type: y mandatory; scrollbar-width: none; overscroll-behavior: contain; cursor: grab; outline: 0; }
.tt-wheel::-webkit-scrollbar { display: none; }
.tt-wheel-end { flex: none; height: calc(50% - var(--row, 34px) / 2); }
.tt-wheel > :nth-child(2) { flex: none; }
.tt-wheel > :nth-child(2) > * { display: block; box-sizing: border-box; height: var(--row, 34px); scroll-snap-align: center; overflow: hidden; }
.tt-wheel-mask { position: absolute; inset: 0; pointer-events: none; background: linear-gradient(rgba(255, 255, 255, .95), rgba(255, 255, 255, .6)) top / 100% calc(50% - 17px) no-repeat, linear-gradient(rgba(255, 255, 255, .6), rgba(255, 255, 255, .95)) bottom / 100% calc(50% - 17px) no-repeat; }
.tt-wheel-indicator { position: absolute; inset: 50% 0 auto; translate: 0 -50%; box-sizing: border-box; height: 34px; border: solid rgba(22, 24, 35, .12); border-width: 1px 0; pointer-events: none; }
.tt-wheel:focus-visible ~ .tt-wheel-indicator { outline: 2px solid #2a7de1; outline-offset: -2px; }
`;

/** What the sheet has beside its wheels; its colours are those of the phone's dialogues. */
export const PICKER_STYLE = `
.tt-picker-column { position: relative; flex: 1; min-width: 0; }
.tt-picker .tt-wheel > :nth-child(2) > * { line-height: 40px; padding: 0 6px; white-space: nowrap; text-overflow: ellipsis; }
.tt-picker-head { display: flex; align-items: center; justify-content: space-between; border-bottom: 1px solid var(--line); }
.tt-picker-head button { padding: 12px 18px !important; }
.tt-picker-head .main { color: var(--accent) !important; font-weight: 600 !important; }
.tt-picker-wheels { display: flex; height: 240px; --row: 40px; }
.tt-picker .tt-wheel-indicator { height: 40px; border-color: var(--line); }
.tt-picker .tt-wheel-mask { background: linear-gradient(var(--back), transparent) top / 100% calc(50% - 20px) no-repeat, linear-gradient(transparent, var(--back)) bottom / 100% calc(50% - 20px) no-repeat; }
`;
