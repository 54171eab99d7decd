"""Words of Spanish: terms of Real Decreto 1619/2012, articles 6 and 7 (invoices, simplified
invoices); others as tills print them.
"""

TABLE = """\
total: total reembolsado, importe reembolsado,
    total, importe total, total general, suma total
subtotal: subtotal, sub total, suma
payable: a pagar, total a pagar, importe a pagar, neto a pagar
amount: importe, monto
tax: iva, i v a, igic, impuesto, impuestos, cuota, cuota iva, itbis, igv
levy: tasas y cargos, tasas e impuestos, tasas y recargos, impuestos y tasas, impuestos y cargos,
    tasas aeroportuarias, tasa aeroportuaria, tasa turística, impuesto turístico,
    tasa de aeropuerto, tasas de aeropuerto
including: incluido, incluidos, con iva, incl
excluding: base, base imponible, sin iva, base imp, excluido, neto gravado
contained: del cual
rounding: redondeo
discount: descuento, dto, dcto, bonificacion
voucher: cheque restaurante, ticket restaurant, vale de comida,
    cupon, vale, tarjeta regalo, cheque regalo
saving: ahorro, usted ahorro, ha ahorrado
service: servicio, cargo por servicio
tip: propina
suggestion: sugerida, sugerencia, recomendada
paid: pagado, entregado, recibido, entrega, pago, su pago
cash: efectivo, contado, metalico
card: tarjeta, tarjeta de credito, tarjeta credito, tarjeta debito
change: cambio, vuelto, devolucion, su cambio, vuelta
quantity: cantidad, cant, articulos, unidades, uds, num articulos
points: puntos
summary: tipo iva, desglose iva, detalle iva, tipo
date: emitido el, expedido el,
    fecha, fecha factura, fecha de emision, fecha emision
due_date: vencimiento, fecha de vencimiento, fecha limite de pago
other_date: llegada,
    fecha de caducidad, caduca, valido hasta, vencimiento, fecha de vencimiento, impreso
receipt_number: factura n, no factura, num factura, ticket n, n ticket, no ticket, folio, nro
heading: factura, factura simplificada, recibo, ticket, comprobante, copia, boleta,
    nota de venta, tique
stamp: copia, duplicado, pagado
greeting: gracias, gracias por su visita, bienvenido, bienvenidos, vuelva pronto,
    gracias por su compra
address: calle, avenida, avda, plaza, paseo, carretera, ctra, colonia, col, c p, poligono
contact: telefono, tlf, tfno, correo
registration: nif, cif, n i f, c i f, rfc, ruc, cuit, rut, nit
staff: cajero, cajera, caja, atendido por, le atendio, camarero, vendedor, mesa, dependiente, mesero
customer: cliente, facturar a
trade: restaurante, panaderia, farmacia, supermercado, supermercados, libreria, carniceria,
    tienda, ferreteria,
    cafeteria, mercado, gasolinera, papeleria, taberna, bodega, hostal, meson, cerveceria, fruteria,
    estacion de servicio
product_header: descripcion, precio, producto, concepto, pvp
owned_by: propietario, propiedad de
cuisine: china, chino, italiano, japones, mexicana, peruano
firm: hermanos, hijos, sociedad, grupo
no_receipt: solo informativo, presupuesto válido,
    no es una factura, no es factura, no es un recibo, no es un ticket, no es comprobante,
    no es un comprobante, no válido como factura, no valido como factura,
    no válido como comprobante, sin valor fiscal, sin validez fiscal, documento no fiscal,
    comprobante no fiscal, nota provisional, cuenta provisional, ticket provisional,
    recibo provisional, factura provisional, pre cuenta, precuenta, no es válido como,
    modo entrenamiento, modo formación, modo prueba, modo práctica, ticket de prueba,
    operación denegada, transacción denegada, tarjeta denegada, pago denegado, pago rechazado,
    tarjeta rechazada, transacción rechazada, operación rechazada, operación cancelada,
    transacción cancelada, transacción anulada, operación anulada, venta anulada, venta cancelada,
    ticket anulado, compra anulada, pedido cancelado, pedido anulado, pago fallido,
    transacción fallida, no autorizada, no aprobada, no autorizado, retiro de efectivo,
    retirada de efectivo, disposición de efectivo
pay_later: pague en caja, pagar en caja, pago en caja, pago contra entrega, pago contra reembolso,
    pago al recoger, pago a la entrega, pendiente de pago, pago pendiente, pendiente de cobro,
    aún no pagado, no pagar con este
not_paid: anulado, anulada, cancelado, cancelada, denegada, rechazada, rechazado, no pagado,
    no pagada, impagado, formación, prueba, borrador, entrenamiento, sin pagar
other_paper: presupuesto, cotización, proforma, pro forma, factura proforma, factura pro forma,
    albarán, albaran, albarán de entrega, nota de entrega, guía de remisión, guia de remision,
    remito, orden de compra, confirmación de pedido, confirmación de reserva, hoja de pedido,
    orden de trabajo, orden de reparación, oferta,
    impresión de prueba, preautorización, pre autorización, informe x, informe z, lectura x,
    lectura z, cierre z, cierre de caja, corte x, corte z, arqueo de caja, consulta de saldo,
    corte de caja, corte parcial, cierre de turno, reporte de ventas, resumen de ventas, reporte z,
    reporte x, nota de remisión, documento de transporte
order_paper: pedido, su pedido, comanda, orden, la cuenta
statement: extracto de cuenta, estado de cuenta, recordatorio de pago, recordatorio,
    aviso de pago, requerimiento de pago,
    segundo recordatorio, último aviso, reclamación de pago, relación de facturas
refund: devolución, reembolso, abono, ticket de devolución, vale de devolución,
    factura rectificativa, nota de crédito
refund_rules: sin
paper_nouns: factura, ticket, recibo, comprobante, justificante, nota, tique,
    documento
negations: no, sin
paper_fillers: es, una, un, válido, valida, como, pago, para, fiscal, sirve,
    de
interim: provisional, informativo, informativa, borrador, entrenamiento, ficticio, ficticia,
    demostración, simulación, prueba, muestra
act_nouns: operación, transacción, venta, pago, compra, pedido, tarjeta, ticket, factura
undone: anulado, anulada, cancelado, cancelada, denegada, denegado, rechazada, rechazado, fallida,
    fallido, anulación, suspendida, abortada, interrumpida
done: validez, valor, válido, válida, pagado, autorizada, aprobada, completada, realizada,
    efectuada, finalizada, aceptada
till_nouns: modo, caja, cajero, usuario, sesión
months: enero ene, febrero, marzo, abril abr, mayo, junio, julio, agosto ago, septiembre setiembre,
    octubre, noviembre, diciembre dic
weekdays: lunes lun, martes, miércoles mié, jueves jue, viernes vie, sábado sáb, domingo dom
"""
