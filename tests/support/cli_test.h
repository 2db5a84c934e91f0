#pragma once

#include "tests/support/cli_program.h"

#include <QObject>
#include <QTemporaryDir>

#include <memory>

namespace ipclab {

/// Claims about the real ipclab-cli, started as a user starts it. Each has a directory of its own, and leaves
/// no process.
class CliTest : public QObject {
    Q_OBJECT

protected:
    QString directory() const { return m_directory->path(); }
    /// Of a file in the directory.
    QString path(const QString& name) const { return m_directory->filePath(name); }
    /// Writes an experiment file and returns its path.
    QString fileWith(const QByteArray& text) const;

private slots:
    void initTestCase();
    void init();
    void cleanup();

private:
    std::unique_ptr<QTemporaryDir> m_directory;
};

} // namespace ipclab
