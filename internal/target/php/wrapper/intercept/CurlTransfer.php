<?php

declare(strict_types=1);

namespace Syncproof\Intercept;

/**
 * curl_exec() over the functions that remain when it is switched off. The way
 * to the panel is set last, so that it wins over what the module set.
 */
final class CurlTransfer
{
    /**
     * @param \CurlHandle $handle
     * @return string|bool as curl_exec() does
     */
    public static function run($handle)
    {
        self::lead($handle);
        $multi = \curl_multi_init();
        \curl_multi_add_handle($multi, $handle);
        try {
            $error = self::transfer($multi);
        } finally {
            // Also when a callback of the module threw.
            \curl_multi_remove_handle($multi, $handle);
        }
        if ($error !== \CURLE_OK) {
            return false;
        }
        // It is null unless CURLOPT_RETURNTRANSFER was set.
        $content = \curl_multi_getcontent($handle);
        return $content === null ? true : $content;
    }

    /**
     * SOCKS leaves no trace in the answer, unlike a CONNECT, whose headers curl
     * counts among those of the answer. Names are resolved on the other side.
     *
     * @param \CurlHandle $handle
     */
    private static function lead($handle): void
    {
        \curl_setopt_array($handle, [
            \CURLOPT_PROXY => Panel::host(),
            \CURLOPT_PROXYPORT => Panel::port(),
            \CURLOPT_PROXYTYPE => \CURLPROXY_SOCKS5_HOSTNAME,
            \CURLOPT_NOPROXY => '',
            \CURLOPT_HTTPPROXYTUNNEL => false,
            \CURLOPT_CAINFO => Panel::authority(),
        ]);
    }

    /**
     * @param \CurlMultiHandle $multi
     * @return int curl's error number
     */
    private static function transfer($multi): int
    {
        do {
            $status = \curl_multi_exec($multi, $running);
            if ($running > 0 && $status === \CURLM_OK && \curl_multi_select($multi, 1.0) === -1) {
                // There is nothing to wait for yet; curl's manual asks for a pause.
                \usleep(1000);
            }
        } while ($running > 0 && $status === \CURLM_OK);
        // Reading the message is what makes curl_errno() know the error.
        $message = \curl_multi_info_read($multi);
        return \is_array($message) ? (int) $message['result'] : \CURLE_FAILED_INIT;
    }
}
