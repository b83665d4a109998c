Page({ data: { cards: [{ title: '山和太阳', tags: ['旅行', '画'] }, { title: '第二张卡，标题长得一行放不下，要被截断成省略号', tags: ['长'] }] } });
