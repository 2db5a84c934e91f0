#include "gui/widgets/host_bar.h"

#include "gui/widgets/elided_label.h"

#include <QHBoxLayout>
#include <QLabel>

#include <ctime>

namespace ipclab {

namespace {

constexpr unsigned fewCores = 2;

double ownProcessorSeconds()
{
    timespec time{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

QString coresText(unsigned cores)
{
    return cores == 1 ? HostBar::tr("1 core") : HostBar::tr("%1 cores").arg(cores);
}

QString machineText(const Host& host)
{
    QStringList parts{QString::fromStdString(host.kernel), coresText(host.cores),
                      HostBar::tr("governor %1").arg(QString::fromStdString(host.governor))};
    if (host.virtualisation != "none" && host.virtualisation != "unknown")
        parts << HostBar::tr("virtualised (%1)").arg(QString::fromStdString(host.virtualisation));
    return parts.join(HostBar::tr(" · "));
}

} // namespace

HostBar::HostBar(const Host& host, QWidget* parent)
    : QWidget(parent), m_machine(machineText(host)), m_facts(new ElidedLabel(m_machine, this)),
      m_observer(new QLabel(this))
{
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(10, 2, 10, 2);
    layout->setSpacing(20);
    m_facts->setToolTip(QString::fromStdString(host.processor));
    layout->addWidget(m_facts);
    if (host.cores <= fewCores) {
        auto* warning = new QLabel(
            tr("⚠ %1: the window shares a core with the workers").arg(coresText(host.cores)), this);
        warning->setToolTip(
            tr("Drawing takes time from the workers on so few cores. ipclab-cli measures without a window."));
        layout->addWidget(warning);
    }
    layout->addStretch();
    layout->addWidget(m_observer);
    m_observer->setToolTip(
        tr("Processor time of this window and of the sampling, over the last two seconds"));
    m_interval.setInterval(std::chrono::seconds(2));
    connect(&m_interval, &QTimer::timeout, this, &HostBar::measure);
    m_saying.setSingleShot(true);
    connect(&m_saying, &QTimer::timeout, this, [this] { m_facts->setText(m_machine); });
}

void HostBar::setObserving(bool observing)
{
    if (observing == m_interval.isActive())
        return;
    observing ? m_interval.start() : m_interval.stop();
    m_cpuBefore = ownProcessorSeconds();
    m_since.start();
}

void HostBar::say(const QString& sentence)
{
    m_facts->setText(sentence);
    m_saying.start(std::chrono::seconds(6));
}

void HostBar::measure()
{
    const double cpu = ownProcessorSeconds();
    const double share = (cpu - m_cpuBefore) / (static_cast<double>(m_since.nsecsElapsed()) * 1e-9);
    m_cpuBefore = cpu;
    m_since.start();
    m_observer->setText(tr("Observer: window %1 % of a core").arg(share * 100, 0, 'f', 1));
}

} // namespace ipclab
