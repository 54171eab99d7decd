"""Words of Chinese: the Measures for the Administration of Invoices (State Taxation Administration),
and the Regulations on Uniform Invoices (Taiwan's Ministry of Finance). Simplified and traditional.
No spaces part the words.
"""

TABLE = """\
total: 合计, 总计, 总金额, 合计金额, 总额, 價稅合計, 价税合计, 合計, 總計, 總金額, 總額, 合計金額,
    总价, 總價, 共计, 共計, 消费合计
subtotal: 小计, 小計
payable: 应收, 应付金额, 应付, 实付金额, 实付, 应收金额, 應收, 應付金額, 應付, 實付金額, 實付,
    應收金額, 应付总额, 待付
amount: 金额, 金額
tax: 税额, 增值税, 税金, 稅額, 營業稅, 增值稅, 税额合计, 稅金, 合计税额
including: 含税, 含稅
excluding: 不含税, 不含税金额, 未税, 銷售額, 未稅, 應稅銷售額, 不含稅, 应税销售额
contained: 其中
rounding: 抹零, 四舍五入, 舍入
discount: 优惠, 折扣, 優惠, 折讓, 优惠金额, 立减
voucher: 代金券, 优惠券, 禮券, 優惠券, 礼品卡
saving: 已节省, 節省
service: 服务费, 服務費
tip: 小费, 小費
suggestion: 建议
paid: 实收, 收款, 支付, 實收, 付款, 实收金额, 收款金额, 實收金額, 收现, 收現
cash: 现金, 現金
card: 微信支付, 支付宝, 银行卡, 信用卡, 悠遊卡, 微信, 刷卡, 銀行卡, 支付寶, 会员卡支付, 八達通
change: 找零, 找回, 找續, 找赎
quantity: 数量, 數量, 件数, 件數, 总数量
points: 积分, 積分, 點數
summary: 税率, 稅率
date: 日期, 交易日期, 开单时间, 开票日期, 開立日期, 發票日期, 下单时间, 交易时间, 打印时间,
    消费时间, 结账时间
due_date: 付款期限, 到期日, 付款截止日期, 繳費期限, 缴费期限
other_date: 付款期限, 到期日, 有效期, 保质期, 截止日期
receipt_number: 单号, 小票号, 流水号, 發票號碼, 发票号码, 交易序號, 單號, 订单号, 小票號
heading: 收银小票, 购物小票, 结账单, 发票, 電子發票證明聯, 交易明細, 收據, 统一发票, 統一發票,
    收据, 发票联, 小票, 发票代码
stamp: 副本, 补打, 重印, 已付
greeting: 谢谢惠顾, 谢谢, 欢迎光临, 謝謝光臨, 謝謝, 歡迎, 欢迎再次光临
address: 省, 市, 区, 区域, 路, 街, 号, 區, 號
contact: 电话, 電話, 传真
registration: 税号, 统一社会信用代码, 統一編號, 統編, 纳税人识别号
staff: 收银员, 收银, 服务员, 桌号, 收銀員, 桌號, 操作员
customer: 购买方, 客户, 買方, 顾客
owned_by: 负责人
trade: 超市, 饭馆, 饭店, 药房, 餐厅, 餐廳, 便利商店, 便利店, 酒店, 商店, 書店, 书店, 藥局, 咖啡店,
    加油站, 商场
cuisine: 川菜, 粤菜, 日本料理
firm: 有限公司, 公司, 股份, 集团
product_header: 品名, 单价, 商品, 單價, 名称
no_receipt: 预结单, 預結單, 预打单, 非发票, 不作发票, 不能作为报销凭证, 此单不作为发票, 练习模式,
    测试单, 交易失败, 交易取消, 支付失败, 作废, 已取消订单, 催款单, 非正式收据, 退单
pay_later: 未付款, 货到付款, 未支付, 貨到付款, 未結帳
not_paid: 已作废, 取消, 無效, 无效
other_paper: 报价单, 送货单, 订单确认, 報價單, 估價單, 送貨單, 訂單確認, 形式发票, 形式發票,
    出库单, 采购订单,
    测试打印, 測試列印, 日结单, 日結單, 交班报表, 出貨單, 採購單, 销售订单, 預授權, 预授权
order_paper: 点菜单, 下单单, 點菜單
statement: 对账单, 對帳單, 催款通知
paper_nouns: 发票, 發票, 收据, 收據, 凭证, 憑證, 憑據
negations: 不是, 非, 不作为, 不作為, 不能作为, 不能作為, 不可作为, 不可作為, 不得作为, 不作, 并非, 並非, 不能代替,
    不可代替, 不得代替
months: 1月, 2月, 3月, 4月, 5月, 6月, 7月, 8月, 9月, 10月, 11月, 12月
weekdays: 星期一, 星期二, 星期三, 星期四, 星期五, 星期六, 星期日
"""
