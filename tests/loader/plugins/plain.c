/* plain.c - a library with plain symbols. */
int plain_answer(void);
int plain_answer(void) { return 41; }

int plain_counter(void);
int plain_counter(void) {
    static int count;
    return ++count;
}
