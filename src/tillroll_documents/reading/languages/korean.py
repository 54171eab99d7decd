"""Words of Korean: the Value-Added Tax Act, art. 36 (contents of a receipt) and the National Tax
Service on cash receipts. Words are often written as one, so a word is looked for as it is.
"""

TABLE = """\
total: 합계, 합계금액, 총금액, 총액, 총계, 총합계, 총 합계, 판매합계, 판매금액, 합계 금액,
    총매출액, 승인금액
subtotal: 소계
payable: 받을금액, 결제금액, 결제대상금액, 청구금액, 결제할금액, 받을돈, 지불금액, 총결제금액,
    내실금액
amount: 금액
tax: 부가세, 부가가치세, 세액, vat금액, 부과세
levy: 공항세, 공항이용료, 출국납부금
including: 부가세포함, 세금포함
excluding: 과세물품가액, 공급가액, 과세금액, 과세물품, 면세물품가액, 면세금액, 면세물품, 과세매출,
    과세가액, 면세가액, 과세공급가액
contained: 포함
rounding: 단수조정, 절사
discount: 할인, 할인금액, 할인액, 쿠폰할인
voucher: 상품권, 쿠폰
saving: 절약금액
service: 봉사료
tip: 팁
suggestion: 권장
paid: 받은금액, 받은돈, 결제, 내신금액, 지불
cash: 현금, 현금결제
card: 신용카드, 카드, 카드결제, 체크카드, 카카오페이, 네이버페이, 삼성페이, 카드금액, 신용승인
change: 거스름돈, 거스름, 잔돈, 거스름액
quantity: 수량, 개수, 총수량
points: 포인트, 적립
summary: 세율
date: 일시, 판매일, 거래일시, 작성일자, 발행일, 판매일시, 날짜, 결제일시, 승인일시, 거래일
due_date: 지급기한, 납부기한, 결제예정일, 지불기한, 납기일
other_date: 지급기한, 납부기한, 유효기간, 결제예정일, 교환기한, 유통기한
receipt_number: 영수증번호, 거래번호, 승인번호, 일련번호, 영수번호, 주문번호
heading: 영수증, 신용카드매출전표, 매출전표, 세금계산서, 현금영수증, 신용카드 매출전표, 계산서
stamp: 재발행, 사본
greeting: 감사합니다, 어서오세요, 이용해주셔서, 또 오세요
address: 특별시, 광역시, 도로명, 번지
contact: 전화, 전화번호, 팩스
registration: 사업자등록번호, 사업자번호, 사업자, 가맹점번호
staff: 계산원, 담당자, 캐셔, 테이블, 직원, 담당
customer: 공급받는자, 고객, 고객명
owned_by: 대표, 대표자
trade: 마트, 식당, 약국, 카페, 서점, 편의점, 호텔, 주유소, 제과점, 베이커리, 커피, 치킨, 분식
cuisine: 한식, 중식, 일식, 양식
firm: 주식회사, 유한회사
product_header: 상품명, 단가, 품명, 품목
no_receipt: 영수증이 아닙니다, 가영수증, 중간계산서, 연습모드, 테스트영수증, 취소전표, 거래거절,
    승인거절, 결제실패, 취소영수증, 거래취소, 승인취소, 계산서 미발행, 중간계산
pay_later: 미결제, 미수금, 후불, 착불
not_paid: 취소, 무효, 거절
other_paper: 견적서, 주문서, 거래명세서, 발주서, 납품서, 주문확인서, 견적,
    시험인쇄, 일일정산, 정산서, 발주확인서, 출고증, 거래 명세서, 납품 명세서
order_paper: 주문표, 주방주문서
statement: 미납안내, 독촉장, 거래내역서
seller: 공급자, 판매자
refund: 반품, 환불, 반품영수증, 환불영수증
paper_nouns: 영수증, 계산서, 세금계산서
negations: 이 아닙니다, 이 아님, 가 아닙니다, 가 아님, 아닙니다, 으로 사용할 수 없습니다,
    으로 사용 불가,
    로 사용할 수 없습니다, 으로 인정되지 않습니다,
    으로 사용하실 수 없습니다
months: 1월, 2월, 3월, 4월, 5월, 6월, 7월, 8월, 9월, 10월, 11월, 12월
weekdays: 월요일, 화요일, 수요일, 목요일, 금요일, 토요일, 일요일
"""
