/** The look of toasts and dialogues; see `dialog.ts`. */
export const STYLE = `
.tt-ui{--text:light-dark(#161823,#fffffff0);--soft:light-dark(#16182399,#ffffff99);--line:light-dark(#1618231f,#ffffff1f);--back:light-dark(#fff,#252632);--press:light-dark(#1618230d,#ffffff14);--accent:light-dark(#d6204a,#ff6b8b);
box-sizing:border-box;border:0;padding:0;pointer-events:auto;color:var(--text);font:15px/1.45 system-ui,sans-serif;text-align:center;overscroll-behavior:contain}
.tt-ui *{box-sizing:border-box}
dialog.tt-ui::backdrop{background:#0000007f}
.tt-ui button{font:inherit;color:inherit;background:none;border:0;padding:0;cursor:pointer}
.tt-ui button:active{background:var(--press)}
.tt-ui:focus,.tt-ui :focus{outline:0}
.tt-ui.keys :focus-visible{outline:2px solid var(--accent);outline-offset:-2px}
.tt-ui input,.tt-ui textarea{font:inherit;color:inherit;width:100%;padding:9px 12px;border:1px solid var(--line);border-radius:8px;background:var(--press)}
.tt-ui-card{margin:auto;width:min(300px,80%);max-height:84%;border-radius:12px;background:var(--back);overflow:auto}
.tt-ui-card h2{margin:22px 20px 0;font-size:17px;font-weight:600;overflow-wrap:anywhere}
.tt-ui-card p{margin:12px 20px 0;color:var(--soft);white-space:pre-wrap;overflow-wrap:anywhere}
.tt-ui-card img{display:block;width:200px;height:160px;margin:14px auto 0;object-fit:cover;border-radius:6px}
.tt-ui-card h2+p{margin-top:8px}
.tt-ui-card .field{padding:14px 20px 0}
.tt-ui-card .field label{display:block;margin-bottom:10px;text-align:left;font-size:13px;color:var(--soft)}
.tt-ui-row{display:flex;margin-top:22px;border-top:1px solid var(--line)}
.tt-ui-row button{flex:1;min-height:48px;font-size:16px}
.tt-ui-row button+button{border-left:1px solid var(--line)}
.tt-ui-row .main{font-weight:600;color:var(--accent)}
.tt-ui-sheet{margin:auto auto 0;width:100%;max-width:100%;max-height:80%;border-radius:12px 12px 0 0;background:var(--back);overflow:auto}
.tt-ui-sheet>div{padding-bottom:var(--safe-area-inset-bottom,0px)}
.tt-ui-sheet h2{margin:0;padding:18px 20px 14px;font-size:15px;font-weight:600}
.tt-ui-sheet button.item{display:block;width:100%;min-height:52px;padding:6px 20px;border-top:1px solid var(--line);font-size:16px}
.tt-ui-sheet button.item:first-child{border-top:0;border-radius:12px 12px 0 0}
.tt-ui-sheet button.cancel{border-top:8px solid var(--press)}
.tt-ui-sheet label.item{display:flex;align-items:center;justify-content:space-between;min-height:52px;padding:6px 20px;border-top:1px solid var(--line);text-align:left}
.tt-ui-sheet input[type=checkbox]{appearance:none;flex:none;width:44px;height:26px;margin:0;padding:0;border:0;border-radius:13px;background:var(--line);position:relative;transition:background .15s}
.tt-ui-sheet input[type=checkbox]::before{content:"";position:absolute;top:2px;left:2px;width:22px;height:22px;border-radius:50%;background:#fff;transition:translate .15s}
.tt-ui-sheet input[type=checkbox]:checked{background:var(--accent)}
.tt-ui-sheet input[type=checkbox]:checked::before{translate:18px}
.tt-ui-full{margin:0;width:100%;height:100%;max-width:none;max-height:none;background:#000;color:#fff;overflow:hidden}
.tt-ui-full .strip{display:flex;height:100%;overflow:auto hidden;scroll-snap-type:x mandatory;scrollbar-width:none}
.tt-ui-full .strip>*{flex:none;width:100%;height:100%;object-fit:contain;scroll-snap-align:center}
.tt-ui-full video{width:100%;height:100%;object-fit:contain}
.tt-ui-full .top{position:absolute;inset:48px 0 auto;pointer-events:none;text-shadow:0 0 4px #000}
.tt-ui-full .bottom{position:absolute;inset:auto 0 36px;display:flex;gap:24px;justify-content:center;align-items:center}
.tt-ui-full .bottom button{min-width:64px;min-height:44px;padding:0 14px;border-radius:22px;background:#ffffff33}
.tt-ui-full .bottom .main{width:64px;height:64px;border-radius:50%;background:#fff;border:4px solid #ffffff66;background-clip:padding-box}
.tt-ui-mask{position:fixed;inset:0;width:100%;height:100%;max-width:none;max-height:none;margin:0;background:none}
.tt-ui-toast{position:fixed;inset:0;margin:auto;width:max-content;height:max-content;max-width:70%;padding:12px 16px;border-radius:8px;color:#fff;background:light-dark(#161823e0,#3a3c4af2);overflow-wrap:anywhere;white-space:pre-wrap;pointer-events:none}
.tt-ui-toast.with-icon{min-width:112px;padding:20px 16px 16px}
.tt-ui-toast svg{display:block;width:36px;height:36px;margin:0 auto 10px;fill:none;stroke:#fff;stroke-width:3;stroke-linecap:round;stroke-linejoin:round}
.tt-ui-toast .turn{animation:tt-ui-turn .9s linear infinite}
@keyframes tt-ui-turn{to{rotate:360deg}}
@media (prefers-reduced-motion:reduce){.tt-ui *{animation-duration:4s!important;transition:none!important}}
`;
