require('../../utils/page.js')({ data: { rows: { 材质: '白蜡木', 产地: '浙江', 重量: '2.4 kg', 尺寸: '40 × 38 × 72 cm' } } });
