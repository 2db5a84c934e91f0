#pragma once

#include "tests/support/run_fixture.h"

#include <QObject>

namespace ipclab {

/// Claims about runs. Rows whose mechanism this host does not offer are skipped, as skip_unavailable.h says;
/// after each test no process, descriptor or private file may be left.
class RunTest : public QObject {
    Q_OBJECT

protected:
    /// What this process had when the test began.
    const Belongings& before() const { return m_before; }

private slots:
    void init();
    void cleanup();

private:
    Belongings m_before;
};

} // namespace ipclab
