#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <doctest/doctest.h>

#define RT_TEST_KIT_IMPLEMENT
#include <rtffi/test_kit.h>
