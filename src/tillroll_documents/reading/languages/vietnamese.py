"""Words of Vietnamese: Decree 123/2020/ND-CP, art. 10 (contents of an invoice), and public manuals
of till software.
"""

TABLE = """\
total: tổng cộng, tổng tiền, tổng thanh toán, thành tiền, tổng số tiền, tổng hóa đơn, cộng tiền,
    tổng
subtotal: tạm tính, cộng tiền hàng, tiền hàng, tổng tiền hàng
payable: tổng tiền thanh toán, phải thanh toán, khách phải trả, cần thanh toán, tổng cộng tiền
    thanh toán, tiền phải trả, số tiền thanh toán, khách cần trả
amount: số tiền
tax: thuế, thuế gtgt, tiền thuế, tiền thuế gtgt, gtgt, thuế giá trị gia tăng
levy: thuế sân bay, phí sân bay, phí du lịch
including: đã bao gồm, bao gồm, gồm
excluding: trước thuế, tiền trước thuế, chưa thuế, chưa vat, chưa bao gồm
contained: trong đó
rounding: làm tròn
discount: giảm giá, chiết khấu, khuyến mãi
voucher: phiếu quà tặng, phiếu giảm giá
saving: tiết kiệm
service: phí dịch vụ, phí phục vụ
tip: tiền boa
suggestion: gợi ý
paid: khách đưa, tiền khách đưa, khách trả, đã thanh toán, đã trả, tiền nhận, khách thanh toán
cash: tiền mặt
card: thẻ, thẻ ngân hàng, chuyển khoản, quẹt thẻ, thẻ tín dụng
change: tiền thừa, tiền thối lại, trả lại, tiền thối, tiền trả lại, thối lại
quantity: số lượng, sl
points: điểm, tích điểm
summary: thuế suất
date: ngày, ngày bán, ngày lập, ngày hóa đơn, ngày giờ, thời gian
due_date: hạn thanh toán, ngày đến hạn, ngày hết hạn thanh toán
other_date: hạn thanh toán, ngày đến hạn, hạn sử dụng, giờ vào
receipt_number: số hđ, số hóa đơn, mã hóa đơn, số phiếu, số ct, mã hđ
heading: hóa đơn, hóa đơn bán hàng, hóa đơn thanh toán, phiếu thanh toán, biên lai, hóa đơn giá trị
    gia tăng, phiếu tính tiền, hóa đơn bán lẻ
stamp: bản sao, in lại, liên 2
greeting: cảm ơn, cảm ơn quý khách, hẹn gặp lại, xin cảm ơn, kính chào
address: đường, quận, phường, tp, thành phố, huyện, tỉnh, hẻm
contact: điện thoại, đt, hotline
registration: mst, mã số thuế
staff: thu ngân, nhân viên, bàn, nv, quầy
customer: khách hàng, người mua, người mua hàng, kh, họ tên người mua, họ tên người mua hàng,
    tên đơn vị
owned_by: chủ cửa hàng
trade: nhà hàng, nhà thuốc, quán, siêu thị, cửa hàng, quán ăn, quán cà phê, khách sạn, hiệu sách,
    tiệm bánh, trạm xăng, tạp hóa
cuisine: món việt, món hoa, món nhật
firm: công ty, tnhh, cổ phần, cp
product_header: tên hàng, đơn giá, mặt hàng, đ giá
no_receipt: phiếu tạm tính, hóa đơn tạm tính, hóa đơn tạm, không phải hóa đơn, không có giá trị
    thanh toán, chế độ đào tạo, bản nháp, giao dịch bị từ chối, giao dịch thất bại, giao dịch không
    thành công, thẻ bị từ chối, hủy giao dịch, hóa đơn đã hủy, rút tiền mặt
pay_later: chưa thanh toán, thanh toán khi nhận hàng, chưa trả
not_paid: đã hủy, từ chối, hủy
other_paper: báo giá, bảng báo giá, phiếu giao hàng, xác nhận đơn hàng, đơn đặt hàng, phiếu xuất
    kho, dự toán,
    in thử, báo cáo x, báo cáo z, báo cáo cuối ngày, phiếu báo giá
order_paper: đơn hàng, phiếu order, phiếu gọi món
statement: sao kê, nhắc thanh toán, giấy báo nợ
seller: đơn vị bán hàng, người bán, người bán hàng, bên bán, tên người bán,
    tên đơn vị bán hàng
refund: hoàn tiền, trả hàng, phiếu trả hàng, hàng trả lại, hoàn trả
paper_nouns: đơn, lai, phiếu
negations: không
paper_fillers: phải, là, hóa, hoá, biên, có, giá, trị, thay, thế, cho, gtgt, vat, đỏ
interim: tạm, nháp, thử
months: tháng1, tháng2, tháng3, tháng4, tháng5, tháng6, tháng7, tháng8, tháng9, tháng10, tháng11,
    tháng12
weekdays: thứ hai, thứ ba, thứ tư, thứ năm, thứ sáu, thứ bảy, chủ nhật
"""
