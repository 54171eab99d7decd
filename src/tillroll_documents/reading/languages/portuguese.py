"""Words of Portuguese: terms of CIVA, articles 36 and 40 (invoices, simplified invoices), and
Ajuste SINIEF 19/16 on the NFC-e of Brazil; others as tills print them.
"""

TABLE = """\
total: total reembolsado, valor reembolsado,
    total, valor total, total geral, total liquido
subtotal: subtotal, sub total, soma
payable: a pagar, valor a pagar, total a pagar, total r$
amount: valor, montante
tax: iva, i v a, imposto, impostos, icms, tributos, iss, valor iva
levy: taxas e impostos, impostos e taxas, taxas e encargos, taxas aeroportuárias,
    taxa aeroportuária, taxa de aeroporto, taxas de aeroporto, taxa turística,
    taxa municipal turística
including: incluido, com iva, inclui
excluding: base, sem iva, incidencia, base tributavel, valor s iva, iliquido
contained: dos quais, tributos aproximados, aprox
rounding: arredondamento
discount: desconto, descontos
voucher: cupao, vale, cartao presente, vale desconto
saving: poupanca, economia, poupou, voce economizou
service: taxa de servico, servico
tip: gorjeta
suggestion: sugerida, sugestao, recomendada
paid: pago, recebido, entregue, pagamento, valor pago, valor recebido
cash: dinheiro, numerario
card: cartao, multibanco, cartao de credito, cartao credito, cartao debito, mbway, mb way, pix
change: troco
quantity: quantidade, qtd, qtde, itens, artigos, qtd total de itens, no artigos
points: pontos
summary: taxa iva, resumo iva, taxa
date: emitido em,
    data, data de emissao, emissao, data emissao
due_date: vencimento, data de vencimento, data limite de pagamento
other_date: chegada,
    validade, valido ate, vencimento, data de validade, impresso
receipt_number: fatura n, no fatura, fatura simplificada n, nfc e n, extrato n, recibo n
heading: fatura, factura, fatura simplificada, fatura recibo, recibo, talao, nota fiscal,
    cupom fiscal, cupom, copia,
    segunda via
stamp: copia, segunda via, pago
greeting: obrigado, obrigada, obrigado pela visita, volte sempre, bem vindo,
    obrigado pela preferencia
address: rua, avenida, av, praca, travessa, estrada, bairro, largo, cep
contact: telefone, telem, correio
registration: nif, contribuinte, nipc, cnpj, cpf, insc estadual, ie, capital social
staff: operador, caixa, empregado, atendido por, vendedor, mesa, funcionario
customer: cliente, consumidor, consumidor final
trade: restaurante, padaria, pastelaria, farmacia, supermercado, supermercados, livraria, talho,
    loja, mercado, posto,
    papelaria, churrascaria, lanchonete, comercio, mercearia, snack bar, confeitaria
product_header: descricao, preco, artigo, produto, vl unit, vl item
owned_by: explorado por, proprietário
cuisine: brasileira, chinesa, indiana, italiana, japonesa, tailandesa
firm: irmãos, filhos, sociedade, grupo
no_receipt: não serve de fatura, nao serve de fatura, não serve de factura, não é uma fatura,
    não é fatura, não é um recibo, não é válido como fatura, sem valor fiscal,
    não é documento fiscal, documento não fiscal, cupom não fiscal, sem validade fiscal,
    consulta de mesa, conta provisória, talão provisório, fatura provisória, recibo provisório,
    pré conta, conferência de mesa, conferencia de mesa, fins de formação, modo de formação,
    modo formação, modo treino, modo treinamento, talão de teste, transação recusada,
    transacção recusada, operação recusada, pagamento recusado, cartão recusado, transação negada,
    transação cancelada, transacção cancelada, operação cancelada, operação anulada,
    transação anulada, venda anulada, venda cancelada, documento anulado, fatura anulada,
    talão anulado, cupom cancelado, cupom fiscal cancelado, pedido cancelado, encomenda cancelada,
    pagamento falhado, não autorizada, não autorizado, não aprovada, levantamento de numerário,
    levantamento em dinheiro, saque em dinheiro
pay_later: pague na caixa, pagar na caixa, pagamento na caixa, pagamento na entrega,
    pagamento no levantamento, pagamento na retirada, aguarda pagamento, aguardando pagamento,
    pagamento pendente, pendente de pagamento, por pagar ainda
not_paid: anulado, anulada, cancelado, cancelada, recusada, recusado, não pago, não paga,
    formação, treino, teste, rascunho
other_paper: orçamento, orcamento, proforma, pró forma, pro forma, fatura pró forma,
    fatura proforma, factura proforma, guia de remessa, guia de transporte, nota de encomenda,
    confirmação de encomenda, confirmação de pedido, confirmação de reserva, ordem de compra,
    ordem de serviço, proposta comercial, cotação,
    impressão de teste, pré autorização, relatório x, relatório z, leitura x, redução z,
    fecho de caixa, fechamento de caixa, fecho do dia, consulta de saldo,
    resumo de vendas, fecho de turno, fechamento de turno, documento de transporte, nota de entrega
order_paper: pedido, encomenda, o seu pedido, talão de pedido, comanda
statement: extrato de conta, extracto de conta, extrato, aviso de pagamento,
    lembrete de pagamento, carta de cobrança,
    segundo aviso, último aviso, aviso de cobrança, relação de faturas
refund: devolução, reembolso, nota de crédito, nota de devolução, estorno
paper_nouns: fatura, factura, recibo, talão, cupom, documento, conta, nota
negations: não, sem
paper_fillers: é, uma, um, serve, como, válido, válida, fiscal, para, vale,
    de
interim: provisória, provisório, informativo, rascunho, treino, fictício, demonstração, simulação,
    teste, amostra
act_nouns: transação, transacção, venda, pagamento, compra, pedido, operação, cartão, cupom,
    talão, fatura
undone: anulada, anulado, cancelada, cancelado, recusada, recusado, negada, falhada, falhado,
    rejeitada, interrompida, suspensa
done: autorizada, aprovada, concluída, efetuada, efetuado, pago, paga, realizada, aceite,
    validade, valor
till_nouns: modo, caixa, operador, utilizador, sessão
months: janeiro, fevereiro fev, março marco, abril abr, maio mai, junho, julho, agosto ago,
    setembro set, outubro out, novembro, dezembro dez
weekdays: segunda-feira segunda, terça-feira terça, quarta-feira quarta, quinta-feira quinta,
    sexta-feira sexta, sábado sáb, domingo dom
"""
