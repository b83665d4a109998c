// What a user does in the programs of the corpus: by program, a name and the steps. Nothing may be told
// in the console meanwhile. `user` has `open`, `tap`, `see`, `at`, `back`, `top` and `mouse`; see
// corpus.test.mjs.

export const flows = {
  shop: {
    "a count in the cart changes the sum": async (user) => {
      await user.open("pages/tab/cart");
      await user.see("¥102.50");
      await user.tap("+");
      await user.see("¥141.50");
    },
    "a tile leads to the goods, and they to the order": async (user) => {
      await user.open("pages/tab/home");
      await user.tap("白蜡木小椅子");
      await user.at("pages/goods/detail");
      await user.see("¥299.00");
      await user.tap("买 1 件");
      await user.at("pages/order/confirm");
      await user.tap("提交订单");
      await user.at("pages/order/pay");
    },
    "a search narrows with each letter": async (user) => {
      await user.open("pages/goods/search");
      await user.tap("杯子");
      await user.top.locator("input").fill("手帐");
      await user.see("空白手帐 192 页");
    },
  },
  "component-set": {
    "tabs follow a tap, and one more is one more": async (user) => {
      await user.open("pages/tabs/tabs");
      await user.tap(/^标签丙/);
      await user.see("内容 丙");
      await user.tap("加一个");
      await user.tap("标签丁");
      await user.see("内容 丁");
    },
    "a stepper stops at its limit, a group takes so many": async (user) => {
      await user.open("pages/form/form");
      await user.tap("+");
      await user.see("小禾 3 3 b");
      await user.tap("甲");
      await user.see("小禾 3 3 b,a");
    },
    "a popup comes and goes": async (user) => {
      await user.open("pages/popup/popup");
      await user.see("从下面来");
      await user.mouse.click(195, 300);
      await user.top.getByText("从下面来").filter({ visible: true }).waitFor({ state: "hidden" });
      await user.tap("动作");
      await user.tap("取消");
    },
    "a dialogue answers its promise": async (user) => {
      await user.open("pages/dialog/dialog");
      await user.tap("确认");
      await user.see("yes");
    },
    "an accordion has one open": async (user) => {
      await user.open("pages/list/list");
      await user.see("这是 X");
      await user.tap("Y");
      await user.see("这是 Y");
    },
  },
  "form-wizard": {
    "what is wrong is said, and what is right goes on": async (user) => {
      await user.open("pages/person/person");
      await user.tap("下一步");
      await user.see("必填");
      await user.top.locator("input").nth(0).fill("阿禾");
      await user.top.locator("input").nth(1).fill("13000000000");
      await user.tap("下一步");
      await user.at("pages/choice/choice");
      await user.tap("徒步");
      await user.tap("下一步");
      await user.at("pages/text/text");
      await user.open("pages/review/review");
      await user.see("swim、hike");
    },
    "a page hands back what was chosen": async (user) => {
      await user.open("pages/pickers/pickers");
      await user.tap(/还没选/);
      await user.at("pages/city/city");
      await user.tap("泉州");
      await user.see("泉州（上一页）");
    },
  },
  "own-tab-bar": {
    "the bar of the program leads from tab to tab": async (user) => {
      await user.open("pages/home/home");
      await user.tap(/^信/);
      await user.at("pages/news/news");
      await user.tap("+");
      await user.at("pages/post/post");
    },
  },
  subpackages: {
    "from package to package": async (user) => {
      await user.open("pages/index/index");
      await user.tap("/packages/kitchen/pages/menu/menu");
      await user.at("packages/kitchen/pages/menu/menu");
      await user.tap(/^红茶/);
      await user.see("在做：红茶");
    },
  },
  chat: {
    "without a connection a message waits": async (user) => {
      await user.open("pages/room/room");
      await user.top.locator("input").fill("有人吗");
      await user.tap("发送");
      await user.see("有人吗");
      await user.see("等待发送");
    },
  },
  "uni-build": {
    "events go through __e to the page and its components": async (user) => {
      await user.open("pages/index/index");
      await user.tap("", ".u-item >> nth=1");
      await user.see("列表 1 (3) 1");
      await user.tap("卡片 0");
      await user.see("卡片 1");
      await user.tap("form");
      await user.at("pages/form/form");
      await user.top.locator("input").fill("小满");
      await user.tap("提交");
      await user.see("小满/2024-01-01 开 小满/2024-01-01");
    },
    "a slot is filled late": async (user) => {
      await user.open("pages/slots/slots");
      await user.see("时有时无 0");
      await user.tap("换");
      await user.see("后来的标题");
      await user.tap("换");
      await user.see("时有时无 0");
    },
  },
  "taro-build": {
    "eh finds its node, and a path changes one of many": async (user) => {
      await user.open("pages/todo/todo");
      await user.see("剩 3");
      await user.tap("还书");
      await user.see("剩 2");
      await user.tap("加");
      await user.see("剩 3");
      await user.open("pages/form/form");
      await user.tap("交");
      await user.see('{"on":true}');
    },
  },
  account: {
    "settings stay": async (user) => {
      await user.open("pages/settings/settings");
      await user.see("存了 1 项");
      await user.tap("", "tt-switch >> nth=1");
      await user.see("存了 2 项");
      await user.tap("清空");
      await user.see("存了 0 项");
    },
  },
  motion: {
    "a finger moves a box, and is no tap": async (user) => {
      await user.open("pages/touch/touch");
      const box = await user.top.locator(".box").first().boundingBox();
      await user.mouse.move(box.x + 40, box.y + 40);
      await user.mouse.down();
      await user.mouse.move(box.x + 90, box.y + 40, { steps: 4 });
      await user.mouse.up();
      await user.see("end 1");
      await user.tap("", ".box >> nth=1");
      await user.see("tap");
    },
  },
  "odd-names": {
    "a page with a blank in its name takes its query": async (user) => {
      await user.open("pages/首页/首页");
      await user.tap("/pages/with space/my page?名=值 1");
      await user.see('{"名":"值 1"}');
    },
    "so does one with a percent sign": async (user) => {
      await user.open("pages/首页/首页");
      await user.tap("/pages/100%/half%20way");
      await user.see("25%");
    },
  },
  "call-in-typescript": {
    "into a room and out of it": async (user) => {
      await user.open("pages/lobby/lobby");
      await user.tap("进入");
      await user.see("加入中 corpus");
      await user.tap("挂");
      await user.see("已离开 true Left");
    },
  },
};
