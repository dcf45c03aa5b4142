/* fakesingleton.c - the library that a process can bear once only. */
int fake_singleton_answer(void);
int fake_singleton_answer(void) { return 17; }
