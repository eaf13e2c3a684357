"""What is put on a picture when it leaves the house: a signature, a watermark, a label that people see."""
