#include "tests/support/run_test.h"

#include "tests/support/skip_unavailable.h"

namespace ipclab {

void RunTest::init()
{
    IPCLAB_SKIP_UNAVAILABLE_ROW();
    m_before = belongings();
}

void RunTest::cleanup()
{
    const std::string left = leftSince(m_before);
    QVERIFY2(left.empty(), left.c_str());
}

} // namespace ipclab
