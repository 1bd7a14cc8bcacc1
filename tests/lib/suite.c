/* suite.c - registers and runs one CUnit suite. */
#include "tests/lib/suite.h"

#include <stdbool.h>

#include <CUnit/Basic.h>

int suite_run(const char *name, const struct test_case *cases, size_t count)
{
	if (CU_initialize_registry() != CUE_SUCCESS)
		return 1;
	CU_pSuite suite = CU_add_suite(name, NULL, NULL);
	for (size_t i = 0; suite && i < count; i++)
		if (!CU_add_test(suite, cases[i].name, cases[i].run))
			suite = NULL;
	bool good = suite != NULL;
	if (good) {
		CU_basic_set_mode(CU_BRM_NORMAL);
		good = CU_basic_run_tests() == CUE_SUCCESS &&
		       CU_get_number_of_tests_run() == count && count > 0 &&
		       CU_get_number_of_failures() == 0;
	}
	CU_cleanup_registry();
	return good ? 0 : 1;
}
