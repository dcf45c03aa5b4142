/* Stands in for another LibTorch: nothing but its file's name matters. */
int rtffi_test_other_libtorch(void);
int rtffi_test_other_libtorch(void) { return 1; }
