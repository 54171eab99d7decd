"""Words of Malay: terms of Service Tax Regulations 2018, and Sales Tax Regulations 2018
(invoices); others as tills print them.
"""

TABLE = """\
total: jumlah, jumlah besar, jumlah keseluruhan, amaun
subtotal: jumlah kecil, subjumlah
payable: jumlah perlu dibayar, perlu dibayar, jumlah bersih, baki perlu dibayar
tax: cukai, cukai jualan, cukai perkhidmatan, cbp
levy: cukai pelancongan, cukai lapangan terbang, caj lapangan terbang
including: termasuk, dengan
excluding: tidak termasuk, tanpa, sebelum
rounding: pembundaran, pelarasan, penggenapan
discount: diskaun, potongan
voucher: baucar
saving: penjimatan, jimat
service: caj perkhidmatan
paid: bayaran, dibayar, terima, diterima
cash: tunai
card: kad, kad kredit, kad debit
change: baki
quantity: kuantiti, bilangan, bil
points: mata, mata ganjaran
date: tarikh
due_date: tarikh matang, tarikh akhir bayaran, perlu dibayar sebelum
other_date: tarikh luput, sah sehingga
receipt_number: no resit, no invois, no bil
heading: invois, invois cukai, resit
stamp: salinan
greeting: terima kasih, selamat datang, sila datang lagi, barang yang dijual
address: jalan, jln, jl, taman, tmn, lorong, kampung, kg, bandar, bdr, persiaran, lebuh, mukim,
    seksyen, batu, pusat,
    tingkat, wisma, menara, kawasan, bukit, bkt, dataran, kompleks, arked, lrg, psn
contact: telefon, faks, emel, laman web
registration: no pendaftaran, no syarikat, no cukai
staff: juruwang, pelayan, meja
customer: pelanggan, kepada
owned_by: dimiliki oleh, diuruskan oleh
trade: kedai, kedai runcit, restoran, pasar mini, pasaraya, farmasi, klinik, kopitiam, gerai,
    stesen, hotel, butik,
    runcit, papan, perabot, bengkel, warung, kantin, medan selera, rumah makan, stesen minyak,
    dobi, percetakan,
    gunting rambut
cuisine: melayu, cina, india, padang, nasi, kandar, mamak, tomyam, masakan
firm: syarikat, perniagaan, perusahaan, niaga, koperasi, pembekal, pengedar, pemborong, agensi
amount: nilai
contained: termasuk dalam jumlah
tip: tip
suggestion: cadangan, dicadangkan
summary: ringkasan cukai
product_header: keterangan, butiran, harga, harga seunit, kuantiti
no_receipt: bukan resit, bukan resit rasmi, bukan invois, bukan invois cukai, resit sementara,
    bil sementara, transaksi dibatalkan, jualan dibatalkan, transaksi ditolak, kad ditolak,
    mod latihan, resit latihan, pengeluaran tunai, bukan struk, bukan bukti pembayaran,
    transaksi gagal, penarikan tunai, tagihan sementara
pay_later: belum dibayar, belum bayar, bayar di kaunter, bayaran di kaunter, belum lunas,
    bayar di kasir
not_paid: batal, dibatalkan, ditolak, latihan, tidak sah
other_paper: sebut harga, sebutharga, anggaran, pesanan belian, nota hantaran, nota penghantaran,
    invois proforma, pengesahan pesanan, penawaran harga, surat jalan, surat penawaran, proforma,
    cetakan ujian, laporan x, laporan z, pra kebenaran
order_paper: pesanan, order
statement: penyata akaun, penyata, peringatan, peringatan bayaran
refund: pulangan, pulangan barang, bayaran balik, pemulangan wang, nota kredit
refund_rules: tiada, tidak
paper_nouns: resit, invois, bil, struk
negations: bukan, tidak
paper_fillers: rasmi, sah, cukai, yang
interim: sementara, latihan, ujian, draf
act_nouns: transaksi, jualan, bayaran, pembayaran, kad, pesanan, resit
undone: batal, dibatalkan, ditolak, gagal
done: berjaya, diluluskan, lulus
till_nouns: mod, kaunter, pengguna
months: januari, februari, mac, april, mei, jun, julai, ogos ogo, september, oktober okt, november,
    disember dis
weekdays: isnin, selasa, rabu, khamis, jumaat, sabtu, ahad
"""
