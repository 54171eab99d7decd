"""Words of Japanese: the National Tax Agency on simplified qualified invoices (the Consumption Tax
Act, art. 57-4) and on receipts under the Stamp Tax Act. The script writes no spaces, so a word
is looked for as it is.
"""

TABLE = """\
total: 合計, 総合計, お会計, 合計金額, 総計, 御会計, 税込合計, 合計税込, お買上合計,
    お買い上げ合計, 計, 領収金額
subtotal: 小計
payable: お支払金額, お支払い金額, ご請求額, ご請求金額, 請求金額, お買上計, お支払合計, 支払金額,
    ご請求合計
amount: 金額
tax: 消費税, 消費税等, 税額, 内消費税, 内消費税等, 外税, 内税, 消費税額, 外消費税, うち消費税,
    内税額, 外税額
including: 税込, 税込み
excluding: 税抜, 税抜き, 税抜金額, 対象, 税抜合計, 税抜額, 対象額
contained: うち, 内訳
rounding: 端数調整
discount: 値引, 値引き, 割引, クーポン値引, 割引額
voucher: 商品券, ギフト券, クーポン
saving: お得額
service: サービス料
tip: チップ
suggestion: お勧め
paid: お預り, お預かり, お預り金, 預り, 預かり金, 支払い, お支払, 領収
cash: 現金, 現計
card: クレジット, クレジットカード, 電子マネー, カード, 交通系, 交通系電子マネー, コード決済,
    楽天edy
change: お釣り, お釣, おつり, 釣銭, つり銭, お釣銭
quantity: 点数, 数量, 点, 買上点数, お買上点数
points: ポイント
summary: 税率
date: 日付, 取引日, 発行日, 請求日, 日時, 取引日時, 領収日, ご利用日
due_date: お支払期限, 支払期日, 支払期限, 振込期日, お支払期日, 振込期限
other_date: お支払期限, 支払期日, 支払期限, 有効期限, 期限, 賞味期限, 納期, 振込期日
receipt_number: レシートno, 伝票番号, 請求書番号, 請求番号, 取引番号, レシート番号, 領収書番号,
    伝票no
heading: 領収書, 領収証, レシート, 請求書, 領収, お買上票, 利用明細, 適格請求書, 適格簡易請求書
stamp: 控え, 再発行, 写し
greeting: ありがとうございました, ありがとうございます, いらっしゃいませ, またのお越しを,
    お待ちしております, 毎度ありがとう
address: 都, 府, 県, 市, 区, 町, 丁目, 番地, 〒
contact: 電話, 電話番号, ファックス
registration: 登録番号, 事業者登録番号, 法人番号
staff: 担当, 責, 係, レジ, 卓, テーブル
customer: 御中, 様, お客様
owned_by: 運営
trade: 食堂, レストラン, 薬局, 書店, 商店, スーパー, コンビニ, ホテル, 居酒屋, 喫茶, 百貨店,
    マート, ドラッグ, ベーカリー, ラーメン店
cuisine: 中華, 和食, 洋食
firm: 株式会社, 有限会社, 合同会社
product_header: 品名, 単価, 商品, 商品名
no_receipt: 領収書ではありません, 仮伝票, 仮レシート, 練習モード, トレーニング, 取消伝票, 取引中止,
    取消レシート, ご注文伝票, お会計票, 決済エラー, 取引不成立, 返品伝票
pay_later: 未払い, 代金引換, 後払い
not_paid: 取消, 中止, 無効, キャンセル
other_paper: 見積書, 御見積書, 納品書, 注文書, 注文確認書, 発注書, ご注文確認, 注文確認
order_paper: 注文票, オーダー票
statement: 督促状, 取引明細, 残高証明
months: 1月, 2月, 3月, 4月, 5月, 6月, 7月, 8月, 9月, 10月, 11月, 12月
weekdays: 月曜日, 火曜日, 水曜日, 木曜日, 金曜日, 土曜日, 日曜日
"""
