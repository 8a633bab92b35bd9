module meterside

go 1.26
